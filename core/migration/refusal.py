"""One mistake in what somebody did or typed, as the refusal that it is."""

from core.ground.messages import FieldError, InputError, Message


def refusal(field: str, value: object, id: str, **values: object) -> InputError:
    """Return the refusal of a value of a field; `id` and `values`: what is said of it."""
    return InputError(FieldError(field, value, Message(id, values)))
