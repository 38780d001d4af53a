"""What happens to a case: pure decisions over values, without I/O, clock or chance."""
