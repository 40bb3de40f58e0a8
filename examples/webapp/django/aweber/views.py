import requests
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2Adapter, OAuth2CallbackView, OAuth2LoginView)
from django.conf import settings

from .provider import AWeberProvider


class AWeberAdapter(OAuth2Adapter):
    provider_id = AWeberProvider.id
    basic_auth = True

    # Properties, because the mock gives each case addresses of its own.
    @property
    def authorize_url(self):
        return settings.AWEBER["authorize_url"]

    @property
    def access_token_url(self):
        return settings.AWEBER["token_url"]

    def complete_login(self, request, app, token, **kwargs):
        answer = requests.get(settings.AWEBER["api_url"] + "/accounts",
                              headers={"Authorization": f"Bearer {token.token}"})
        answer.raise_for_status()
        account = answer.json()["entries"][0]
        return self.get_provider().sociallogin_from_response(request, account)


oauth2_login = OAuth2LoginView.adapter_view(AWeberAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(AWeberAdapter)
