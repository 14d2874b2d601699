"""Office files written by hand, part by part: what the libraries that write such files cannot make."""

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD, _SHEET = (
    f"application/vnd.openxmlformats-officedocument.{kind}" for kind in ("wordprocessingml", "spreadsheetml")
)


def _types(**parts: str) -> str:
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}+xml"/>' for name, kind in parts.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(**targets: str) -> str:
    inner = "".join(
        f'<Relationship Id="{identity}" Type="{_RELATIONS}/{target.partition("|")[0]}" Target="{target.partition("|")[2]}"/>'
        for identity, target in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _p(text: str, style: str = "", more: str = "") -> str:
    name = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{name}{more}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


_MINUTES = f"""<w:document xmlns:w="{_W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:r="{_RELATIONS}"><w:body>
{_p("Compte rendu de la formation spécialisée", "Titre")}
<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>
{_p("Points à l’ordre du jour 1", "TM1")}</w:sdtContent></w:sdt>
{_p("Points à l’ordre du jour", "Titre1")}
<w:p><w:r><w:t xml:space="preserve">La séance est ouverte à 9 h</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>
<w:r><w:t xml:space="preserve"> par </w:t></w:r><w:del w:id="1" w:author="A"><w:r><w:delText>M. Girard</w:delText></w:r></w:del>
<w:ins w:id="2" w:author="A"><w:r><w:t>Mme Lopez</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r></w:p>
{_p("Élection du secrétaire", "", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')}
{_p("Bilan des accidents", "", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')}
{_p("chutes de plain-pied", "", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>')}
{_p("Visites de locaux", "Sous-titre-maison")}
<w:p><w:pPr><w:rPr><w:del w:id="3" w:author="A"/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">La visite du local </w:t></w:r></w:p>
<w:p><w:hyperlink r:id="rId9"><w:r><w:t>B14</w:t></w:r></w:hyperlink><w:r><w:t xml:space="preserve"> a montré un défaut </w:t></w:r>
<w:sdt><w:sdtContent><w:r><w:t>de ventilation</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>.</w:t></w:r>
<w:r><w:rPr><w:vanish/></w:rPr><w:t>texte caché</w:t></w:r>
<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx><w:txbxContent>{_p("Encadré : le local B14 est fermé jusqu’à nouvel ordre.")}
</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><v:textbox><w:txbxContent>{_p("Encadré : le local B14 est fermé jusqu’à nouvel ordre.")}
</w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent></w:r></w:p>
<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="3000"/><w:gridCol w:w="3000"/><w:gridCol w:w="3000"/></w:tblGrid>
<w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>{_p("Local")}</w:tc><w:tc>{_p("Action")}</w:tc><w:tc>{_p("Échéance")}</w:tc></w:tr>
<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{_p("B14")}</w:tc><w:tc>{_p("Régler la ventilation")}</w:tc><w:tc>{_p("15/12/2026")}</w:tc></w:tr>
<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc>{_p("Poser un détecteur")}</w:tc><w:tc>{_p("31/01/2027")}</w:tc></w:tr>
<w:tr><w:trPr><w:del w:id="4" w:author="A"/></w:trPr><w:tc><w:p><w:del w:id="5" w:author="A"><w:r><w:delText>ligne supprimée</w:delText></w:r></w:del></w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>
<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{_p("Total des actions")}</w:tc><w:tc>{_p("2")}</w:tc></w:tr></w:tbl>
<w:p><w:r><w:t>La séance est levée à midi</w:t></w:r><w:r><w:endnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r></w:p>
<w:sectPr/></w:body></w:document>"""

_STYLES = f"""<w:styles xmlns:w="{_W}">
<w:style w:type="paragraph" w:styleId="Normal" w:default="1"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="TM1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Sous-titre-maison"><w:name w:val="Sous-titre maison"/><w:basedOn w:val="Normal"/>
<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>"""

_NUMBERING = f"""<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def _notes(kind: str, text: str) -> str:
    return (
        f'<w:{kind}s xmlns:w="{_W}"><w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}>'
        f'<w:{kind} w:id="2"><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}></w:{kind}s>'
    )


DOCX_MINUTES = {
    "[Content_Types].xml": _types(
        **{
            "word/document.xml": f"{_WORD}.document.main",
            "word/styles.xml": f"{_WORD}.styles",
            "word/numbering.xml": f"{_WORD}.numbering",
            "word/footnotes.xml": f"{_WORD}.footnotes",
            "word/endnotes.xml": f"{_WORD}.endnotes",
        }
    ),
    "_rels/.rels": _relations(rId1="officeDocument|word/document.xml"),
    "word/_rels/document.xml.rels": _relations(
        rId1="styles|styles.xml", rId2="numbering|numbering.xml", rId3="footnotes|footnotes.xml",
        rId4="endnotes|endnotes.xml",
    ).replace("</Relationships>", f'<Relationship Id="rId9" Type="{_RELATIONS}/hyperlink" Target="https://unite.example/b14"'
              ' TargetMode="External"/></Relationships>'),
    "word/document.xml": _MINUTES,
    "word/styles.xml": _STYLES,
    "word/numbering.xml": _NUMBERING,
    "word/footnotes.xml": _notes("footnote", "Le quorum est atteint."),
    "word/endnotes.xml": _notes("endnote", "Prochaine séance le 2 mars 2027."),
}  # fmt: skip

_NOISE = f"""<worksheet xmlns="{_S}"><cols><col min="5" max="5" hidden="1"/></cols><sheetData>
<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="inlineStr"><is><t>Mesuré le</t></is></c>
<c r="D3" t="inlineStr"><is><t>Dépassement</t></is></c></row>
<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" s="1"><v>86.25</v></c><c r="C4" s="2"><v>46335</v></c>
<c r="D4" t="b"><f>B4&gt;85</f><v>1</v></c><c r="E4" t="str"><v>colonne cachée</v></c></row>
<row r="5" hidden="1"><c t="inlineStr"><is><t>Scie à ruban</t></is></c><c s="1"><f>SUM(B4,0.5)</f><v>86.75</v></c><c s="2"><v>46336.5</v></c>
<c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>
<row r="6"/><row r="7"><c r="A7" t="str"><f>"x"</f><v>Moyenne</v></c><c r="B7" s="3"><f>AVERAGE(B4:B5)</f><v>86.5</v></c></row>
</sheetData></worksheet>"""

XLSX_NOISE = {
    "[Content_Types].xml": _types(
        **{
            "xl/workbook.xml": f"{_SHEET}.sheet.main",
            "xl/worksheets/feuille.xml": f"{_SHEET}.worksheet",
            "xl/styles.xml": f"{_SHEET}.styles",
            "xl/sharedStrings.xml": f"{_SHEET}.sharedStrings",
        }
    ),
    "_rels/.rels": _relations(rId1="officeDocument|xl/workbook.xml"),
    "xl/workbook.xml": f'<workbook xmlns="{_S}" xmlns:r="{_RELATIONS}"><sheets><sheet name="Bruit &amp; vibrations" '
    'sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _relations(
        rId1="worksheet|worksheets/feuille.xml", rId2="styles|styles.xml", rId3="sharedStrings|/xl/sharedStrings.xml"
    ),
    "xl/worksheets/feuille.xml": _NOISE,
    "xl/styles.xml": f'<styleSheet xmlns="{_S}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.0&quot; dB(A)&quot;"/>'
    '<numFmt numFmtId="165" formatCode="d\\ mmmm\\ yyyy"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="2"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": f'<sst xmlns="{_S}"><si><t>Machine</t></si><si><r><t>Niveau </t></r><r><rPr><b/></rPr><t>mesuré</t></r></si>'
    "<si><t>Tour à métaux</t></si></sst>",
}

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
    ]
)

_PLAN = f"""<office:document-content {_NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3">
<office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/>
<text:list-level-style-bullet text:level="2" text:bullet-char="•"/></text:list-style>
<style:style style:name="T9" style:family="text"><style:text-properties text:display="none"/></style:style></office:automatic-styles>
<office:body><office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>paragraphe supprimé</text:p>
</text:deletion></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">Plan de prévention</text:h>
<text:p>Travaux de toiture<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Article R. 4512-6 du code du travail.</text:p>
</text:note-body></text:note> du<text:s text:c="1"/>3 au<text:tab/>7 mai.<office:annotation><dc:creator>X</dc:creator><text:p>commentaire</text:p></office:annotation></text:p>
<text:h text:outline-level="2">Entreprises</text:h>
<text:list text:style-name="L1"><text:list-item><text:p>Couvreurs associés</text:p><text:list><text:list-item><text:p>deux salariés</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>Nacelles du Sud</text:p></text:list-item></text:list>
<text:p><draw:frame><draw:text-box><text:p>Encadré : permis de feu obligatoire.</text:p></draw:text-box></draw:frame>Coactivité signalée<text:span text:style-name="T9"> en secret</text:span>.</text:p>
<text:section text:display="none"><text:p>section masquée</text:p></text:section>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Risque</text:p></table:table-cell><table:table-cell><text:p>Mesure</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Chute de hauteur</text:p></table:table-cell><table:table-cell><text:p>Garde-corps</text:p></table:table-cell></table:table-row>
<table:table-row><table:covered-table-cell/><table:table-cell><text:p>Ligne de vie</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Aucun autre risque</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>
</office:text></office:body></office:document-content>"""

ODT_PLAN = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": _PLAN,
    "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type='
    '"application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" '
    'manifest:media-type="text/xml"/></manifest:manifest>',
}
