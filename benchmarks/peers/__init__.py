"""The same audio through other open servers of Whisper models, side by side with ours."""
