# SPDX-License-Identifier: Apache-2.0
"""The scenario runner: one module per concept, docs/scenario.md for the whole picture."""
