"""Configuration, read once from the environment. README's table documents every variable."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PACKAGE = Path(__file__).parent


def data_path(name: str) -> Path:
    """Directory of `templates`, `static` or `locales`, in the wheel or beside the package."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


class SettingsError(Exception):
    """A variable is missing or cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One process' configuration. URLs are empty where nothing was configured.

    `owner_url` migrates; `customer_url`, `staff_url` and `worker_url` are the three logins that the
    running processes use and that own nothing.
    """

    owner_url: str = ""
    customer_url: str = ""
    staff_url: str = ""
    worker_url: str = ""
    redis_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    mail_from: str = "service@portal.example"
    mail_folder: Path = Path(".portal/mail")
    data_dir: Path = Path(".portal")
    files_url: str = ""
    clamav_url: str = ""
    supplier_name: str = "Hengda Precision 恒达精工"
    trusted_hosts: frozenset[str] = frozenset()
    trusted_proxies: frozenset[str] = frozenset()
    web_port: int = 8000
    metrics_port: int = 0
    metrics_host: str = "127.0.0.1"
    pool_size: int = 10
    compress: bool = True
    demo: bool = False
    log_level: str = "INFO"
    log_as_json: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Read `PORTAL_*` variables.

        Raises `SettingsError` for a value that cannot be read.
        """
        env = os.environ if env is None else env

        def text(name: str, default: str = "") -> str:
            return env.get(f"PORTAL_{name}", "").strip() or default

        def number(name: str, default: int) -> int:
            value = text(name, str(default))
            if not value.isdigit():
                raise SettingsError(f"PORTAL_{name} must be a whole number, not {value!r}")
            return int(value)

        def words(name: str) -> frozenset[str]:
            return frozenset(part.strip() for part in text(name).split(",") if part.strip())

        data_dir = Path(text("DATA_DIR", ".portal"))
        base_url = text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        if not base_url.startswith(("http://", "https://")):
            raise SettingsError(
                f"PORTAL_BASE_URL must start with http:// or https://, not {base_url!r}"
            )
        return cls(
            owner_url=text("DATABASE_URL"),
            customer_url=text("CUSTOMER_DATABASE_URL"),
            staff_url=text("STAFF_DATABASE_URL"),
            worker_url=text("WORKER_DATABASE_URL"),
            redis_url=text("REDIS_URL"),
            base_url=base_url,
            smtp_url=text("SMTP_URL"),
            mail_from=text("MAIL_FROM", "service@portal.example"),
            mail_folder=Path(text("MAIL_FOLDER", str(data_dir / "mail"))),
            data_dir=data_dir,
            files_url=text("FILES_URL"),
            clamav_url=text("CLAMAV_URL"),
            supplier_name=text("SUPPLIER_NAME", "Hengda Precision 恒达精工"),
            trusted_hosts=words("TRUSTED_HOSTS"),
            trusted_proxies=words("TRUSTED_PROXIES"),
            web_port=number("PORT", 8000),
            metrics_port=number("METRICS_PORT", 0),
            metrics_host=text("METRICS_HOST", "127.0.0.1"),
            pool_size=number("POOL_SIZE", 10),
            compress=text("COMPRESS", "1") in {"1", "true", "yes"},
            demo=text("DEMO") in {"1", "true", "yes"},
            log_level=text("LOG_LEVEL", "INFO").upper(),
            log_as_json=text("LOG_FORMAT") == "json",
        )
