from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from .provider import AWeberProvider

urlpatterns = default_urlpatterns(AWeberProvider)
