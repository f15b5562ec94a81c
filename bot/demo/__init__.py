"""An evening on which to try Fourtop: three friends, a restaurant that everybody wants, and rivals."""
