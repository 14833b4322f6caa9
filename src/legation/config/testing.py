"""Settings of the tests: a file database, quick hashing, no manifest, a queue that runs nothing by itself."""

import os
import tempfile

os.environ.setdefault("LEGATION_DATA_DIR", tempfile.mkdtemp(prefix="legation-test-"))
os.environ.setdefault("LEGATION_EMBEDDER", "hashing")
os.environ.setdefault("LEGATION_SECRET_KEY", "only-for-tests")
os.environ.setdefault("LEGATION_READING_PROCESSES", "0")

from legation.config.settings import *  # noqa: E402, F403
from legation.config.settings import STATIC_ROOT, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
