"""Static files as production serves them: compressed, and named by what is in them."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# How Django finds what a module imports. It would look at the modules of packages too, which name files that
# they do not bring.
IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Our modules import each other by their hashed names: a browser keeps them for good."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", IMPORTS))
