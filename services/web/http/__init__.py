"""What all pages share: headers, whose requests are taken, languages, templates, errors."""
