"""The WSGI application: `granian --interface wsgi giao.site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giao.site.settings")
application = get_wsgi_application()
