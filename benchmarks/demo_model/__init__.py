"""The bundled model's recipe: synthetic speech, training, conversion, evaluation."""
