"""The rules of AWS that moto leaves out. Each module is a part of AWS; `wire` puts them around moto."""
