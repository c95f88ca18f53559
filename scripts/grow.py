"""Move the application into the layout of a larger one, in a new folder: `python scripts/grow.py ../backend`.

Code moves statement by statement, with the comments before it. Most modules stay whole. Each section of models.py and
schemas.py becomes a module, and so do the sections in SECTIONS, of whatever module they are. A section begins with a
comment that stands alone. Of a module in routes/ the endpoints stay there; all that they use becomes a service.

Every file imports what it uses from where that has gone. Ruff sorts the imports and formats what has moved.
"""

import ast
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from os.path import dirname, join, normpath, relpath
from pathlib import Path
from symtable import SymbolTable, symtable

ROOT = Path(__file__).parents[1]

# What goes where; any other file stays where it is. Parts that meet in one file keep this order.
PLACES = {
    "main.py": "app/main.py",
    "settings.py": "app/core/config.py",
    "middleware.py": "app/core/middleware.py",
    "fields.py": "app/db/base.py",
    "database.py": "app/db/session.py",
    "rows.py": "app/db/rows.py",
    "json_rows.py": "app/db/json_rows.py",
    "models.py": "app/models/",
    "schemas.py": "app/schemas/",
    "routing.py": "app/api/routing.py",
    "pagination.py": "app/api/pagination.py",
    "security.py": "app/core/security.py",
    "routes/": "app/api/routes/",
    "demo/": "app/demo/",
    "migrations/__init__.py": "app/db/migrations.py",
    "migrations/": "alembic/",
    "conftest.py": "tests/conftest.py",
    "test_main.py": "tests/test_main.py",
    "docs/exercises/": "tests/exercises/",
}

# The sections that leave their module
SECTIONS = {"Dependencies": "app/api/deps.py", "Rows, or errors": "app/core/errors.py"}

# What is of use in the small layout only
LEFT_OUT_PAGE = r"(11-growing|growing|recipe-\w+)\.md"
LEFT_OUT = re.compile(rf"docs/{LEFT_OUT_PAGE}|docs/exercises/test_11.py|(scripts/|tests/test_)(grow|recipes).py")

TEXTS = (".py", ".md", ".toml", ".yaml", "Makefile", ".ci/run", "client/test/server.ts")

# What the modules say that are made of parts
DOCSTRINGS = {
    "app/api/deps.py": "What endpoints depend on: ids in paths, the database session, a page of a list, the caller.",
    "app/core/errors.py": "Rows, or the error that says why there is none, or why it can't be changed.",
    "app/models/": "{}: tables, enums, and the fields that requests and responses share.",
    "app/schemas/": "{}: what goes in and what comes out.",
    "app/schemas/base.py": "What all that goes in and comes out has in common.",
    "app/services/": "{}: the rules that endpoints call and share.",
}

# What can't be derived, by file: patterns, and what each becomes. One that is not there is an error.
EDITS = {
    "Makefile": [
        (r"cp -r \$.* routes ", "cp -r app "),
        (r"^# .*docs/growing.md.*\n(.+\n)+\n", ""),
        (r"^(\.PHONY.*) grow\b", r"\1"),
    ],
    ".ci/run": [(r"^# .*docs/growing.md.*\n(.+\n)+\n", "")],
    "docs/exercises/test_07.py": [(r"docs\.exercises", "tests.exercises")],
    "docs/README.md": [(r"^## Recipes\n(?:(?!## ).*\n)+", "")],
    "main.py": [(r"\.parent(?= / )", ".parents[1]")],
    "pyproject.toml": [
        (r"^(files = ).*", r'\1["app", "scripts"]'),
        (r'"test_main.py", ', ""),
        (r"^testpaths = .*", r'\g<0>\nnorecursedirs = ["exercises", "node_modules"]'),
        (r"(?<=%\(here\)s/)migrations", "alembic"),
        (r"^(\[tool.ruff.lint.isort\])", r'\1\nknown-third-party = ["alembic"]  # not the folder of this name'),
    ],
    "migrations/__init__.py": [(r"\.parent\.parent", ".parents[2]")],
    "conftest.py": [(r'"tests/(?=test_)', '"')],
    "tests/test_template.py": [(r'\.split\("\."\)', '.rsplit(".", 1)')],
    "README.md": [
        (r"^\| `routes/` .*\n", r"\g<0>| `app/services/` | the rules, which endpoints call and share |\n"),
        (
            r"^\| `routing.py` .*\n",
            r"\g<0>| `app/api/deps.py`, `app/core/errors.py` | what endpoints depend on; rows, or errors |\n",
        ),
    ],
}


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or not arguments[0]:
        sys.exit("Name a new folder: make grow TO=../backend")
    target, ruff = Path(arguments[0]).resolve(), Path(sys.executable).with_name("ruff")
    if target.is_relative_to(ROOT):
        sys.exit(f"{target} is in the project. Name a folder outside of it.")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        sys.exit(f"{target} is there already. Name a new folder, or an empty one.")
    if not (ROOT / ".git").exists():
        sys.exit("This is no git checkout. Clone the project, and grow the clone.")
    if git("status", "--porcelain"):
        sys.exit("Something here is not committed. Commit it, or put it aside: git stash --include-untracked")
    if not ruff.exists():
        sys.exit("Ruff is missing, which sorts the imports. Run: .venv/bin/pip install -r tests/requirements.txt")
    for path, (content, sources) in sorted(Move(tracked_files()).files().items()):
        print(f"{path:<60} {', '.join(sources)}")
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)
        if len(sources) == 1:
            shutil.copymode(ROOT / sources[0], target / path)
    run = partial(subprocess.run, cwd=target, check=True)
    run([ruff, "check", "--quiet", "--fix", "--select=I,RUF022", "."])
    run([ruff, "format", "--quiet", "."])
    run([sys.executable, "-m", "scripts.glossary"], env={"SECRET_KEY": "of no use" * 4})  # names lines of code
    print(f"Now try it: cd {arguments[0]} && make test")


def git(*arguments: str) -> str:
    """What git says about the project."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout  # noqa: S603, S607


def tracked_files() -> list[str]:
    return git("ls-files", "-z").rstrip("\0").split("\0")


def new_path(path: str) -> str:
    """Where a file goes. One that ends with a slash becomes a package."""
    for place in sorted(PLACES, key=len, reverse=True):
        if path == place or (place.endswith("/") and path.startswith(place)):
            return path.replace(place, PLACES[place], 1)
    if path.endswith(".py") and "/" not in path:
        sys.exit(f"Say in PLACES where {path} goes.")
    return path


def dotted(path: str) -> str:
    """The name of the module in a file."""
    return path.removesuffix(".py").removesuffix("/__init__").strip("/").replace("/", ".")


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, tuple[str, str | None]]:
    """The names that an import makes: for each the module, and what it is there, or None for the module itself."""
    if isinstance(node, ast.Import):
        return {each.asname or each.name.partition(".")[0]: (each.name, None) for each in node.names}
    return {each.asname or each.name: (str(node.module), each.name) for each in node.names}


def global_names(table: SymbolTable) -> Iterator[str]:
    """The names that a piece of code looks up in its module."""
    for name in table.get_symbols():
        if name.is_referenced() and (name.is_global() or table.get_type() == "module"):
            yield name.get_name()
    for inner in table.get_children():
        yield from global_names(inner)


def annotations(node: ast.stmt) -> list[ast.AST]:
    """All parts of a statement's annotations."""
    whole = [getattr(each, name, None) for each in ast.walk(node) for name in ("annotation", "returns")]
    return [part for annotation in filter(None, whole) for part in ast.walk(annotation)]


class Statement:
    """A statement of a module with the comments before it: what it defines, what it uses, and where it goes."""

    def __init__(self, module: "Module", node: ast.stmt, text: str, section: str) -> None:
        self.module, self.text, self.section = module, text, section
        names = symtable(text, module.path, "exec")
        self.defines = {name.get_name() for name in names.get_symbols() if name.is_assigned() or name.is_namespace()}
        self.uses = set(global_names(names))
        typing = annotations(node)
        texts = [part.value for part in typing if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        self.quoted = {name for text in texts for name in re.findall(r"\w+", text)} - self.uses
        self.runs = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part not in typing}
        self.new_path = module.new_path
        if module.is_package:
            self.new_path += f"{section.lower().replace(' ', '_') or 'base'}.py"
        elif module.path.startswith("routes/"):
            decorators = [ast.unparse(each) for each in getattr(node, "decorator_list", [])]
            if "router" not in self.defines and not any(each.startswith("router.") for each in decorators):
                self.new_path = module.new_path.replace("api/routes", "services")
        elif section:
            self.new_path = SECTIONS[section]


class Module:
    """A module as it is: its statements, and what the names are that it imports."""

    def __init__(self, path: str) -> None:
        self.path, self.new_path = path, new_path(path)
        self.is_package = self.new_path.endswith("/")
        self.imports: dict[str, tuple[str, str | None]] = {}
        self.statements: list[Statement] = []
        source = (ROOT / path).read_text()
        tree, lines = ast.parse(source), source.splitlines(keepends=True)
        self.docstring = ast.get_docstring(tree, clean=False)
        section, done = "", 0
        for node in tree.body:
            end = node.end_lineno or 0
            text, done = "".join(lines[done:end]), end
            if heading := re.search(r"^\n# ([A-Z][\w ,]+)\n\n", text, re.MULTILINE):
                section = heading[1] if self.is_package or heading[1] in SECTIONS else ""
                text = text.replace(heading[0], "", 1) if section else text
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.imports |= imported(node)
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                self.statements.append(Statement(self, node, text, section))
        self.is_whole = {statement.new_path for statement in self.statements} <= {self.new_path}


class Move:
    """All modules that move, and by which imports the others find their names from now on."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = [path for path in paths if not LEFT_OUT.fullmatch(path)]
        moved = [path for path in self.paths if path.endswith(".py") and new_path(path) != path]
        moved.sort(key=lambda path: list(PLACES).index(path) if path in PLACES else len(PLACES))
        self.modules = {dotted(path): Module(path) for path in moved}
        self.parts: dict[str, list[Statement]] = defaultdict(list)  # by the new path
        self.homes: dict[tuple[str, str], str] = {}  # the new module of each name of an old one
        for old, module in self.modules.items():
            for statement in module.statements:
                self.parts[statement.new_path].append(statement)
                self.homes |= {(old, name): dotted(statement.new_path) for name in statement.defines}

    def files(self) -> dict[str, tuple[bytes, list[str]]]:
        """The content of each new file, and the files that it is made of."""
        files: dict[str, tuple[bytes, list[str]]] = {}
        if unknown := EDITS.keys() - self.paths:
            sys.exit(f"EDITS has what is not there: {', '.join(unknown)}")
        for path in self.paths:
            module = self.modules.get(dotted(path))
            if module is None or module.is_whole:
                content = (ROOT / path).read_bytes()
                if path.endswith(TEXTS):
                    content = self.moved(self.edited(path, content.decode())).encode()
                files[new_path(path)] = content, [path]
            elif module.is_package:
                files[f"{module.new_path}__init__.py"] = self.moved(self.package(module)).encode(), [path]
        for path, part in self.parts.items():
            if not part[0].module.is_whole:
                sources = dict.fromkeys(statement.module.path for statement in part)
                files[path] = self.moved(self.assembled(path, part)).encode(), list(sources)
        folders = {parent for path in files if path.startswith("app/") for parent in Path(path).parents[:-1]}
        return {**{f"{folder}/__init__.py": (b"", []) for folder in sorted(folders)}, **files}

    def edited(self, path: str, text: str) -> str:
        """A file that stays whole, with its imports and EDITS."""
        for pattern, replacement in EDITS.get(path, ()):
            text, times = re.subn(pattern, replacement, text, flags=re.MULTILINE)
            if not times:
                sys.exit(f"EDITS looks in {path} for what is not there: {pattern}")
        if path.endswith(".md"):
            text = re.sub(rf"^(- |\d+\. |Next: ).*\]\((docs/)?{LEFT_OUT_PAGE}.*\n", "", text, flags=re.MULTILINE)
            return re.sub(r"\[([^]]+)\]\(([^)#:\s]+)(#\S+)?\)", lambda link: self.link(path, *link.groups("")), text)
        if not path.endswith(".py"):
            return text
        lines = text.splitlines(keepends=True)
        imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in sorted(imports, key=lambda node: node.lineno, reverse=True):
            first, last, indent = node.lineno - 1, (node.end_lineno or 0) - 1, " " * node.col_offset
            if any(module in self.modules for module, _ in imported(node).values()):
                new = [indent + self.import_of(name, *what) for name, what in imported(node).items()]
                lines[first : last + 1] = ["\n".join(new) + lines[last][node.end_col_offset :]]
        return "".join(lines)

    def link(self, page: str, text: str, target: str, anchor: str) -> str:
        """A link of a page: to the file that defines the name in its text, or to what has become of the same file."""
        path = normpath(join(dirname(page), target))
        if LEFT_OUT.fullmatch(path):
            return text
        home = self.homes.get((dotted(path), text.strip("`")))
        path = f"{home.replace('.', '/')}.py" if home else new_path(path + "/" * (ROOT / path).is_dir())
        return f"[{text}]({relpath(path, dirname(new_path(page)) or '.')}{anchor})"

    def import_of(self, alias: str, module: str, name: str | None) -> str:
        """The import of a name, or of a whole module, from where it is now."""
        new_module, new_name = self.locate(module, name)
        if new_name is None and new_module != module:
            new_module, _, new_name = new_module.rpartition(".")
        if new_name is None:
            return f"import {module}" + (f" as {alias}" if alias != module.partition(".")[0] else "")
        return f"from {new_module} import {new_name}" + (f" as {alias}" if alias != new_name else "")

    def locate(self, module: str, name: str | None) -> tuple[str, str | None]:
        """Where a name of a module, or the module itself, is now."""
        if f"{module}.{name}" in self.modules:
            module, name = f"{module}.{name}", None
        if module not in self.modules:
            return module, name
        old = self.modules[module]
        if name is None or old.is_package:
            return dotted(old.new_path), name
        if (module, name) in self.homes:
            return self.homes[module, name], name
        if name in old.imports:
            return self.locate(*old.imports[name])
        sys.exit(f"{old.path} has no {name}, which another file imports.")

    def assembled(self, path: str, part: list[Statement]) -> str:
        """A file that is made of parts."""
        own = {name for statement in part for name in statement.defines}
        imports, quoted = set(), set()
        for statement in part:
            old = dotted(statement.module.path)
            for name in statement.uses - own:
                if (old, name) in self.homes:
                    imports.add(f"from {self.homes[old, name]} import {name}")
                elif name in statement.module.imports:
                    imports.add(self.import_of(name, *statement.module.imports[name]))
            for name in statement.quoted - own:
                if (old, name) in self.homes:
                    quoted.add(f"from {self.homes[old, name]} import {name}")
        text = "\n".join(sorted(imports))
        if quoted := quoted - imports:
            text = f"from typing import TYPE_CHECKING\n{text}\n\nif TYPE_CHECKING:\n    " + "\n    ".join(
                sorted(quoted)
            )
        for statement in part:
            blank_lines = len(statement.text) - len(statement.text.lstrip("\n"))
            text += "\n" * (1 + blank_lines) + statement.text.strip("\n")
        return f'"""{docstring(path, part[0])}"""\n\n{text}\n'

    def package(self, module: Module) -> str:
        """The file of a package, which hands on what its modules define."""
        names = {name: home for (old, name), home in self.homes.items() if old == dotted(module.path)}
        imports = "\n".join(f"from {home} import {name}" for name, home in names.items())
        everything = "".join(f'    "{name}",\n' for name in names)
        return f'"""{module.docstring}"""\n\n{imports}\n\n__all__ = [\n{everything}]\n'

    def moved(self, text: str) -> str:
        """A text in which paths, targets, and names in strings are the new ones."""
        paths = "|".join(map(re.escape, sorted(PLACES, key=len, reverse=True)))
        modules = "|".join(map(re.escape, sorted(self.modules, key=len, reverse=True)))
        text = re.sub(rf"(?<![\w./-])({paths})(?:(?<=/)|(?!\w))", lambda match: PLACES[match[1]], text)
        text = re.sub(r"(?<![\w.])main(?=:app\b|\.handler\b)", dotted(PLACES["main.py"]), text)
        text = re.sub(
            rf"(?:\b|(?<=\\n))from ({modules}) import (\w+)",
            lambda match: self.import_of(match[2], *match.groups()),
            text,
        )
        return re.sub(rf'(?<=")({modules})\.(\w+)', lambda match: self.used(*match.groups()) or match[0], text)

    def used(self, old: str, name: str) -> str | None:
        """The name of what a test puts something else in place of: where it is used, by rules rather than endpoints."""
        users = [
            path
            for path, part in self.parts.items()
            for statement in part
            if statement.module is self.modules[old] and name in statement.runs
        ]
        home = dotted(min(users, key=lambda path: path.startswith("app/api/"), default="")) or self.homes.get(
            (old, name)
        )
        return home and f"{home}.{name}"


def docstring(path: str, first: Statement) -> str | None:
    """What a file that is made of parts says of itself."""
    if first.module.new_path == path:
        return first.module.docstring
    *_, text = (text for place, text in DOCSTRINGS.items() if path.startswith(place))
    return text.format(first.section or Path(path).stem.replace("_", " ").capitalize())


if __name__ == "__main__":
    main(sys.argv[1:])
