"""Keeps Rasa from importing TensorFlow where the configuration names nothing that needs it.

Rasa imports all its components to know them by name, and eight of its modules import TensorFlow:
350 MB and seconds at each start for classes that nobody asks for. Here these eight, and no other,
are stood in for. What stands in cannot be used: who tries is told so. TensorFlow itself is not
touched; an own component that imports it gets it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType, ModuleType
from typing import Any, NoReturn

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "rasa.nlu.classifiers.diet_classifier": ("DIETClassifier",),
    "rasa.nlu.selectors.response_selector": ("ResponseSelector",),
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": ("ConveRTFeaturizer",),
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": ("LanguageModelFeaturizer",),
    "rasa.core.policies.ted_policy": ("TEDPolicy",),
    "rasa.core.policies.unexpected_intent_policy": ("UnexpecTEDIntentPolicy",),
}
"""Modules of components that need TensorFlow, and the names that other modules take from them."""
TRAINING: Mapping[str, tuple[str, ...]] = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
}
"""Modules that only those components train with."""
_NAMES = {name for names in COMPONENTS.values() for name in names}


class NeedsTensorFlow(RuntimeError):
    """Something was to be used that had been left out."""


class StandIn:
    """A class that can be named and compared, but not used."""

    def __new__(cls, *_: Any, **__: Any) -> NoReturn:
        """Refuse to be made."""
        cls.load()

    @classmethod
    def load(cls, *_: Any, **__: Any) -> NoReturn:
        """Refuse to be loaded from a model."""
        raise NeedsTensorFlow(
            f"{cls.__name__} needs TensorFlow, which was left out since config.yml does not name "
            "it; train again, or use plain `rasa`"
        )

    create = load


class LeavingOut(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds our stand-ins before the import system looks for the real modules."""

    names: Mapping[str, tuple[str, ...]] = MappingProxyType({**COMPONENTS, **TRAINING})

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - asked for by the import system
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """Claim the modules that are stood in for."""
        return importlib.machinery.ModuleSpec(fullname, self) if fullname in self.names else None

    def exec_module(self, module: ModuleType) -> None:
        """Fill a module with stand-ins of the names that others take from it, and with no more."""
        for name in self.names[module.__name__]:
            setattr(module, name, type(name, (StandIn,), {"__module__": module.__name__}))


def needs_tensorflow(config: Mapping[str, Any]) -> bool:
    """Tell whether a Rasa configuration names a component that needs it, or leaves the choice."""
    sections = [config.get("pipeline"), config.get("policies")]
    if not all(isinstance(section, list) for section in sections):
        return True  # Rasa fills in its defaults, which do
    named = [component["name"] for section in sections for component in section or ()]
    return any(name.rpartition(".")[2] in _NAMES for name in named)


def leave_out() -> None:
    """Stand in for the eight modules from now on. Call it before anything of Rasa is imported."""
    sys.meta_path.insert(0, LeavingOut())
