"""Imported by every Python process that has this folder on its path: makes the arranger fall over at some themes.

'arsenic' ends the process at once, as a crash in native code does; 'vinegar' raises. Nothing of Hibari is touched.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import sys

_MODULE = "media.arrange.arrange"


class _Poison(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != _MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        whole = spec.loader.exec_module

        def exec_module(module):
            whole(module)
            arrange = module.arrange_score

            def arrange_score(lead, plan, **options):
                if "arsenic" in plan.theme:
                    os._exit(86)
                if "vinegar" in plan.theme:
                    raise ValueError("the score turned sour")
                return arrange(lead, plan, **options)

            module.arrange_score = arrange_score

        spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, _Poison())
