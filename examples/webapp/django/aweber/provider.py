"""AWeber for django-allauth: a provider of one's own, as "Customizing providers" shows."""

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider


class AWeberProvider(OAuth2Provider):
    id = "aweber"
    name = "AWeber"
    account_class = ProviderAccount

    def extract_uid(self, data):
        return str(data["id"])

    def extract_common_fields(self, data):
        return {"username": f"aweber-{data['id']}"}


provider_classes = [AWeberProvider]
