"""What Amazon's backends share: the region, the credentials and the streams.

botocore finds the credentials as every AWS client does (environment, profiles, SSO, IRSA's web identity, pod identity, the
instance's role) and signs; the requests are ours, since boto3 reads an answer of any size, in a thread that no timeout ends.
"""

import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from kubedx.config import ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.clean import clean_line
from kubedx.explain.providers.wire import key_for_header

if TYPE_CHECKING:
    import httpx2

    from kubedx.explain.providers.identity import AwsSignature, BearerKey


def region_of(settings: ProviderSettings) -> str:
    """The region: the config file's, else the environment's, else the profile's. Raises ProviderNotConfigured."""
    from botocore.session import Session

    region = settings.providerregion or os.environ.get("AWS_REGION") or Session().get_config_variable("region")
    if not region:
        raise ProviderNotConfigured(
            f"the backend {settings.name} has no region; set it with: kubedx auth update --backend {settings.name} --providerRegion REGION"
        )
    if not str(region).replace("-", "").isalnum():
        raise ProviderNotConfigured(f'the region "{clean_line(str(region), 40)}" of the backend {settings.name} is none; correct it')
    return str(region)


def host_of(service: str, region: str) -> str:
    """The address of a service's API in a region."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{service}.{region}.{suffix}"


def identity(settings: ProviderSettings, key: SecretText, service: str, region: str) -> "AwsSignature | BearerKey":
    """Who signs: the API key of Bedrock where there is one, else whoever AWS's own chain finds. Raises ProviderNotConfigured."""
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    from kubedx.explain.providers.identity import AwsSignature, BearerKey

    if key:
        return BearerKey(key_for_header(settings.name, key))
    try:
        credentials = Session().get_credentials()
    except (BotoCoreError, OSError, ValueError) as error:  # files that are named and not there raise what opening them raises
        raise ProviderNotConfigured(
            f"the AWS credentials for the backend {settings.name} cannot be read: {clean_line(str(error), 200)}"
        ) from error
    if credentials is None:
        raise ProviderNotConfigured(
            f"no AWS credentials were found for the backend {settings.name}; "
            "log in with: aws sso login, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    return AwsSignature(credentials, service, region)


async def event_stream(response: "httpx2.Response") -> AsyncIterator[Any]:
    """The events of `application/vnd.amazon.eventstream`, each as `{its type: its document}`, an exception as `{"exception": …}`.

    https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html tells the frames; botocore checks and cuts them.
    """
    import json

    from botocore.eventstream import EventStreamBuffer, ParserError

    buffer = EventStreamBuffer()
    async for chunk in response.aiter_bytes():
        buffer.add_data(chunk)
        try:
            for event in buffer:
                document = json.loads(event.payload or b"{}")
                if event.headers.get(":message-type") == "event":
                    yield {str(event.headers[":event-type"]): document}
                else:
                    kind = event.headers.get(":exception-type") or event.headers.get(":error-code") or "error"
                    yield {"exception": {"type": kind, **document}}
        except ParserError as error:
            raise ValueError("no event stream") from error
