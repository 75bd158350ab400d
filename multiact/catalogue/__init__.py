"""The formulas, by family: a file each, or a folder of files; imported when first used."""
