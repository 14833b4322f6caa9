"""What every test run needs before its first test."""

from legation.desk.shell.messages import compile_messages

compile_messages()  # before Django reads its first translation, which it then keeps
