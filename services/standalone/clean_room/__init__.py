"""The DUERP that `vigie demo` takes over: last year's workbook of a clean room, and what its unit is."""
