"""Who may use Fourtop: how people come in, and who decides."""
