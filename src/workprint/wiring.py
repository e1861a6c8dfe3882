"""The one place that chooses adapters: a project folder goes in, the parts of a production come out."""

from __future__ import annotations

import getpass
import importlib
import os
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import workprint.adapters
from workprint.acts.act1_develop.parse_sentence import SentenceBrief
from workprint.adapters.brief_yaml import YamlBriefSource
from workprint.adapters.brief_yaml.schema import json_schema_text
from workprint.adapters.brief_yaml.template import BriefChoices, write_brief
from workprint.adapters.clock_system import SystemClock
from workprint.adapters.disk_posix import PosixDisk
from workprint.adapters.downloads_http import HttpDownloads
from workprint.adapters.incoming_check import ENTRY as INCOMING_CHECK
from workprint.adapters.machine import Check as Check
from workprint.adapters.machine import examine_machine as examine_machine
from workprint.adapters.outbox_folder import FolderOutbox
from workprint.adapters.owner_lock import OwnerLock, is_owned, read_owner
from workprint.adapters.project_toml import TEMPLATE as PROJECT_TEMPLATE
from workprint.adapters.project_toml import read_settings
from workprint.adapters.providers import find_providers
from workprint.adapters.records_sqlite import SqliteRecords, make_engine
from workprint.adapters.sample_pictures import draw_samples as draw_samples
from workprint.adapters.secrets_env import EnvironmentSecrets
from workprint.adapters.turnstile_sqlite import SqliteTurnstile
from workprint.adapters.vault_folder import FolderVault
from workprint.adapters.workshop_spawn import SpawnWorkshop
from workprint.engine.buying.maker import list_bought_makers
from workprint.engine.buying.own_prices import check_priced, price_models
from workprint.engine.buying.shop import Counter, Patience, Shop
from workprint.engine.catalogue import find_gates, find_stages
from workprint.engine.jobs import DurableJobs
from workprint.engine.learning import find_bought, learn_models
from workprint.engine.run import Buying, Parts
from workprint.engine.take_shelves import read_sheet
from workprint.film.brief import Brief, Finding
from workprint.film.canonical import digest_bytes
from workprint.film.errors import Remedy, UsageError
from workprint.film.lineage import FileRef
from workprint.film.market import PREVIZ, Market
from workprint.film.money import Money
from workprint.film.people import Policy
from workprint.film.settings import ProviderSettings, Settings
from workprint.ports.maker import Maker
from workprint.ports.provider import Account, ProviderCard

TURNSTILE = "turnstile.sqlite"
HIDDEN = ".workprint"
MAIN_BRIEF = "brief.yaml"
WORKERS = max(1, min(4, os.cpu_count() or 1))
"""One worker a core, at most four: a worker holds about 250 MB at 1080p."""


@dataclass(frozen=True)
class Staging:
    """Another world for a project: who may be bought from and where they are, how fast time goes, what may be spent.

    `accounts` maps a provider to its base address, secrets and settings. With no `use` nothing is bought. `hints` maps
    a scene's id to a provider for scenes that leave the choice; `wishes` says, by the name of the setting, who stills,
    voice, music and effects are bought from. State and results are kept apart under `branch`.
    """

    branch: str
    use: tuple[str, ...] = ()
    accounts: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, str]]] = field(default_factory=dict, repr=False)
    pace: float = 1.0
    cap: Money | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    wishes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Workspace:
    """A project folder and where its parts lie; `staging` puts another world around it."""

    root: Path
    brief_name: str = MAIN_BRIEF
    staging: Staging | None = None

    @property
    def brief_file(self) -> Path:
        """The brief a person writes."""
        return self.root / self.brief_name

    @property
    def _branch(self) -> Path:
        """Where a second brief of the same folder keeps its own things; nothing for the main one."""
        own = Path() if self.brief_name == MAIN_BRIEF else Path(Path(self.brief_name).stem)
        return own / self.staging.branch if self.staging is not None else own

    @property
    def hidden(self) -> Path:
        """Vault, records and workflows."""
        return self.root / HIDDEN / self._branch

    @property
    def records_file(self) -> Path:
        """The book."""
        return self.hidden / "records.sqlite"

    @property
    def workflow_file(self) -> Path:
        """Durable jobs; may be deleted between runs without loss."""
        return self.hidden / "workflows.sqlite"

    @property
    def owner_file(self) -> Path:
        """Says which process is producing."""
        return self.hidden / "owner.lock"

    @property
    def out(self) -> Path:
        """Where a person looks for results."""
        return self.root / "out" / self._branch

    def settings(self) -> Settings:
        """What project.toml says."""
        settings = read_settings(self.root / "project.toml", os.environ.get("WORKPRINT_USER") or _login())
        if self.staging is None:
            return settings
        wish = {name: self.staging.wishes.get(name, PREVIZ) for name in ("stills", "voice", "music", "effects")}
        providers = replace(
            settings.providers,
            use=self.staging.use,
            hooks_url="",
            takes_dearer=True,
            prices={},  # fakes bill by the sheet, so a rehearsal reckons by it, too, whatever was negotiated
            stills=wish["stills"],
            voice=wish["voice"],
            music=wish["music"],
            effects=wish["effects"],
        )
        return replace(settings, policy=Policy.AUTO, providers=providers)

    def vault(self) -> FolderVault:
        """The vault of the project."""
        return FolderVault(self.hidden / "vault", PosixDisk())

    def records(self) -> SqliteRecords:
        """The book of the project."""
        PosixDisk().make_folder(self.hidden)
        return SqliteRecords(self.records_file, SystemClock())

    def own(self, command: str, started: str) -> OwnerLock:
        """The right to produce here; raises ProjectBusy when another process has it."""
        return OwnerLock(self.owner_file, command, started)

    def owner(self) -> dict[str, object]:
        """What the process that produces here says about itself; empty when there is none."""
        return read_owner(self.owner_file) if is_owned(self.owner_file) else {}

    def check_brief(self) -> tuple[Brief | None, tuple[Finding, ...]]:
        """The brief and its findings, writing nothing."""
        return self._restage(YamlBriefSource(self.root, name_file).read(self.brief_file))

    def import_brief(self, vault: FolderVault) -> tuple[Brief | None, tuple[Finding, ...]]:
        """The brief with its files stored in the vault; nothing is stored when a finding is an error."""

        def store(path: Path, media_type: str) -> FileRef:
            data = path.read_bytes()
            digest = digest_bytes(data)
            if vault.has(digest):
                return FileRef(digest, media_type, len(data), path.name)
            return vault.put_bytes(data, media_type, path.name)

        return self._restage(YamlBriefSource(self.root, store).read(self.brief_file))

    def _restage(self, checked: tuple[Brief | None, tuple[Finding, ...]]) -> tuple[Brief | None, tuple[Finding, ...]]:
        """The brief with the staging's cap and hints in it."""
        brief, findings = checked
        if brief is None or self.staging is None:
            return checked
        hints = self.staging.hints
        scenes = tuple(
            replace(scene, hint=hints.get(scene.id, scene.hint) if scene.hint in ("auto", "t2v") else scene.hint)
            for scene in brief.scenes
        )
        cap = self.staging.cap or brief.contract.cap
        return replace(brief, scenes=scenes, contract=replace(brief.contract, cap=cap, quota=None)), findings

    def secrets(self) -> EnvironmentSecrets:
        """The keys of every provider there is, by name."""
        names = [name for card in find_providers() for name in (*card.secrets, *card.hook_secrets)]
        if self.staging is None:
            return EnvironmentSecrets(os.environ, self.root, names)
        staged = {
            name: value
            for _, secrets, settings in self.staging.accounts.values()
            for name, value in {**secrets, **settings}.items()
        }
        return EnvironmentSecrets(staged, self.root / HIDDEN / "no-env-file", names)

    def shop(self, settings: Settings) -> Shop:
        """The providers this project buys from whose keys are there, opened; nothing is sent by opening them."""
        secrets, counters = self.secrets(), {}
        for card in find_providers():
            if card.name in settings.providers.use and all(secrets.has(name) for name in card.secrets):
                base_url = self.staging.accounts[card.name][0] if self.staging is not None else ""
                priced = replace(card, models=price_models(card.models, settings.providers.prices))
                counters[card.name] = open_counter(priced, secrets, settings.providers, base_url)
        models = [model for card in find_providers() if card.name in settings.providers.use for model in card.models]
        cards = {model.name: model for model in price_models(models, settings.providers.prices)}
        return Shop(counters, today(), Patience(pace=self.staging.pace if self.staging is not None else 1.0), cards)

    def parts(self, vault: FolderVault, records: SqliteRecords) -> Parts:
        """Everything a production works with. In a project that names no provider nothing can be bought."""
        outbox, settings = FolderOutbox(self.out, vault), self.settings()
        parts = Parts(vault, records, SystemClock(), outbox, find_makers(), find_stages(), find_gates())
        parts = replace(parts, takes=read_sheet(records))
        if not settings.providers.use:
            # What is wished for and cannot be bought is refused by the route gate, not passed over.
            wishes = settings.providers.wishes
            return replace(parts, market=Market(wishes=wishes)) if wishes else parts
        shop = self.shop(settings)
        # A rehearsal stands in its own line: it must not use up the minute of a real account.
        turnstile = SqliteTurnstile(
            turnstile_file() if self.staging is None else self.hidden / TURNSTILE, SystemClock()
        )
        buying = Buying(shop, turnstile, HttpDownloads(), self.hidden / "incoming", INCOMING_CHECK)
        makers = {**parts.makers, **list_bought_makers(shop)}
        return replace(parts, makers=makers, market=self.market(settings, records), buying=buying)

    def market(self, settings: Settings, records: SqliteRecords) -> Market:
        """What may be bought: the models of the named providers, which keys lack, what was learned, who made what."""
        wishes, secrets = settings.providers, self.secrets()
        cards = {card.name: card for card in find_providers()}
        check_priced(wishes.prices, cards)
        unknown = [name for name in wishes.use if name not in cards]
        if unknown:
            remedy = Remedy(f"known are {', '.join(cards)}", "workprint doctor")
            raise UsageError(f"[providers] use names {', '.join(unknown)}, which nobody has written.", remedy=remedy)
        missing = {
            name: next(key for key in cards[name].secrets if not secrets.has(key))
            for name in wishes.use
            if not all(secrets.has(key) for key in cards[name].secrets)
        }
        return Market(
            providers=wishes.use,
            cards=price_models((model for name in wishes.use for model in cards[name].models), wishes.prices),
            missing_keys=missing,
            today=today(),
            prefers=wishes.prefer,
            takes_dearer=wishes.takes_dearer,
            continues_shots=wishes.continues_shots,
            short_side=wishes.short_side,
            avoid=wishes.avoid,
            learned=learn_models(records),
            bought=find_bought(records),
            wishes=wishes.wishes,
            speaker=wishes.speaker,
        )

    @property
    def incoming_check(self) -> str:
        """How a worker finds the check of what comes from outside."""
        return INCOMING_CHECK

    def workshop(self) -> SpawnWorkshop:
        """Worker processes."""
        return SpawnWorkshop(WORKERS)

    def jobs(self) -> DurableJobs:
        """Durable jobs, not launched yet. One more is in flight than there are workers, so none stands idle."""
        return DurableJobs(self.workflow_file, make_engine, WORKERS + 1)


def open_counter(
    card: ProviderCard, secrets: EnvironmentSecrets, wishes: ProviderSettings, base_url: str = ""
) -> Counter:
    """A provider with its account. Its base address may be another one: given here, or named by its variable."""
    base_url = base_url or secrets.setting(card.base_url_variable) or card.base_url
    settings = {name: secrets.setting(name) for name in card.settings}
    provider = card.make(Account(base_url, secrets.secret, secrets.scrub, settings=settings))
    # The account's name holds a digest of its key, so that two accounts of one provider have limits of their own.
    keys = digest_bytes("|".join(secrets.secret(name) for name in card.secrets).encode())[:10]
    hosts = (*card.media_hosts, urlsplit(base_url).hostname or "", *wishes.media_hosts)
    callback = f"{wishes.hooks_url}/hooks" if wishes.hooks_url else ""
    return Counter(card, provider, f"{card.name}-{keys}", hosts, provider.limits, callback)


def state_folder() -> Path:
    """Where what belongs to a person's machine, not to one project, is kept (XDG base directories)."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "workprint"


def turnstile_file() -> Path:
    """Where the limits of accounts are counted, for all projects of this machine."""
    return state_folder() / TURNSTILE


def find_resting() -> tuple[tuple[str, int, float], ...]:
    """Accounts whose service is left alone for a while: name, failures in a row, seconds left. Makes no file."""
    return SqliteTurnstile(turnstile_file(), SystemClock()).resting() if turnstile_file().is_file() else ()


def find_cards() -> dict[str, ProviderCard]:
    """Every provider there is, by name."""
    return {card.name: card for card in find_providers()}


def today() -> str:
    """This day in UTC as YYYY-MM-DD."""
    return datetime.fromtimestamp(SystemClock().now().micros / 1e6, UTC).date().isoformat()


def write_brief_text(said: SentenceBrief, pictures: tuple[str, ...], logo: str | None, cap_usd: float) -> str:
    """The text of a brief.yaml from what a sentence said and the pictures there are."""
    return write_brief(
        BriefChoices(
            name=said.product,
            product=said.product,
            headline=said.headline,
            pictures=pictures,
            logo=logo,
            price=said.price,
            key_benefit=said.benefit,
            brand_colors=said.brand_colors,
            aspect=said.aspect,
            duration_s=said.duration_s,
            platform=said.platform,
            objective=said.objective,
            audience=said.audience,
            cap_usd=cap_usd,
            palette_hint=said.palette_hint,
            visual_style=said.styles,
            url=said.url,
            audio_mode=said.audio_mode,
            mood=said.mood,
            language=said.language,
            framework=said.framework,
            scenes=said.scenes,
        )
    )


def brief_schema_text() -> str:
    """The JSON Schema of brief.yaml."""
    return json_schema_text()


def project_template(approve: str) -> str:
    """The text of a new project.toml."""
    return PROJECT_TEMPLATE.format(approve=approve)


def make_disk() -> PosixDisk:
    """The disk of this machine."""
    return PosixDisk()


def name_file(path: Path, media_type: str) -> FileRef:
    """A reference to a file that is not stored: its digest only."""
    data = path.read_bytes()
    return FileRef(digest_bytes(data), media_type, len(data), path.name)


def find_makers() -> Mapping[str, Maker]:
    """Every maker there is, by step: each adapter lists its cards in MAKERS."""
    makers: dict[str, Maker] = {}
    for info in sorted(pkgutil.iter_modules(workprint.adapters.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"workprint.adapters.{info.name}")
        for maker in getattr(module, "MAKERS", ()):
            if maker.step in makers:
                raise ValueError(f"two makers for `{maker.step}`: {makers[maker.step].entry}, {maker.entry}")
            makers[maker.step] = maker
    return makers


def open_workspace(folder: Path, brief: str = MAIN_BRIEF) -> Workspace:
    """The project in a folder, with one of its briefs. Raises UsageError when the brief is not there."""
    root = folder.resolve()
    if Path(brief).name != brief or not brief.endswith((".yaml", ".yml")):
        raise UsageError(
            f"`{brief}` is not the name of a brief in the project folder.", remedy=Remedy("name a .yaml file")
        )
    workspace = Workspace(root, brief)
    if not workspace.brief_file.is_file():
        remedy = Remedy("make a project, or go to one", 'workprint new "a 15 second vertical ad for ..."')
        raise UsageError(f"There is no {brief} in `{root}`.", remedy=remedy)
    return workspace


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"
