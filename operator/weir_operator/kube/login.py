"""Credentials for the Kubernetes API: a kubeconfig or a service account."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from kubernetes.aio import config as loading
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.config.config_exception import ConfigException

from weir_operator.kube.error import KubeLoginError

_ADVICE = "set KUBECONFIG to a kubeconfig file, or run in a pod with a service account"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What another HTTP client needs to reach the same API server.

    ``token`` comes without its scheme. Certificates are paths of files.
    """

    server: str
    ca_path: str | None
    verify: bool
    token: str | None
    username: str | None
    password: str | None
    certificate_path: str | None
    private_key_path: str | None
    proxy_url: str | None


async def load() -> Configuration:
    """Read credentials as kubectl does: KUBECONFIG, the pod's, ``~/.kube/config``.

    Raises:
        KubeLoginError: there are none, or they cannot be read.
    """
    configuration = Configuration()
    named = _kubeconfig()
    try:
        if named is None:
            loading.load_incluster_config(client_configuration=configuration)
        else:
            # Tokens that a plugin refreshes stay in memory: the file belongs to its owner.
            await loading.load_kube_config(
                config_file=named, client_configuration=configuration, persist_config=False
            )
    except (ConfigException, OSError, yaml.YAMLError, KeyError, TypeError) as error:
        where = named or "the service account"
        reason = " ".join(str(error).split())
        raise KubeLoginError(
            f"the credentials in {where} cannot be used: {reason}; {_ADVICE}"
        ) from error
    return configuration


def _kubeconfig() -> str | None:
    named = os.environ.get("KUBECONFIG", "")
    if not named and os.environ.get("KUBERNETES_SERVICE_HOST"):
        return None
    default = Path("~/.kube/config").expanduser()
    if not named and not default.exists():
        raise KubeLoginError(f"no credentials for Kubernetes were found; {_ADVICE}")
    parts = [part for part in named.split(os.pathsep) if part]
    missing = [part for part in parts if not Path(part).exists()]
    if missing and missing == parts:
        raise KubeLoginError(f"the kubeconfig {missing[0]} does not exist; {_ADVICE}")
    return named or str(default)


async def extract(configuration: Any) -> Credentials:
    """Give the parts of ``configuration``, refreshing a token that is due."""
    header = await configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
    return Credentials(
        server=configuration.host,
        ca_path=configuration.ssl_ca_cert,
        verify=configuration.verify_ssl,
        token=header.split(" ", 1)[-1].strip() if header else None,
        username=configuration.username or None,
        password=configuration.password or None,
        certificate_path=configuration.cert_file,
        private_key_path=configuration.key_file,
        proxy_url=configuration.proxy,
    )
