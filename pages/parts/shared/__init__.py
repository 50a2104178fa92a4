"""What every page shares: its shell, what somebody typed, files taken up and handed out, dialogs of deeds."""

__all__ = [
    "brought_file",
    "client_message",
    "column_choice",
    "copy_button",
    "deed",
    "empty_desk",
    "file_button",
    "form_state",
    "line_table",
    "malformed",
    "move_dialog",
    "once",
    "questions_view",
    "repairs_view",
    "rooms",
    "shell",
    "uploaded",
    "words",
]
