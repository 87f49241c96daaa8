"""Every code the tool can print outside its rules: meaning, way out, exit code. Rules declare their own.

AJO0xx files, AJO1xx the definition format, AJO2xx rules (in ``toolkit/rules``), AJO3xx settings and values
(AJO33x: which rules count, AJO34x: secrets), AJO4xx access to the platform, AJO5xx what the platform
answers, AJO6xx safety, AJO7xx exercising, AJO81x new definitions, AJO82x git's history, AJO83x recordings,
AJO9xx usage and faults of the tool.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """Process exit codes; frozen, scripts depend on them."""

    DONE = 0
    FAULT = 1
    DIFFERENCE = 2
    INVALID = 3
    AUTHENTICATION = 4
    PLATFORM = 5
    REFUSED = 6
    INTERRUPTED = 130


EXIT_MEANINGS: dict[Exit, str] = {
    Exit.DONE: "done, or nothing to do",
    Exit.FAULT: "a fault of this tool",
    Exit.DIFFERENCE: "a difference was found (`--check`, `--exit-code`, `ajo target check`), or a bound of "
    "`ajo load` was broken",
    Exit.INVALID: "invalid input: definitions, settings, usage",
    Exit.AUTHENTICATION: "authentication",
    Exit.PLATFORM: "the platform, or a sync that is not complete",
    Exit.REFUSED: "refused by a safety rule, or not approved",
    Exit.INTERRUPTED: "interrupted, as by Ctrl-C",
}
"""What a script learns from each exit code."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means, what to do about it, and the exit code it leads to."""

    meaning: str
    fix: str
    exit: Exit = Exit.INVALID


CODES: dict[str, Code] = {
    "AJO001": Code("A definition is not UTF-8 text.", "Save the file as UTF-8 without a byte order mark."),
    "AJO002": Code("A definition is not JSON.", "Mend the syntax at the place named."),
    "AJO003": Code(
        "An object names a key twice.", "Keep one of the two; JSON readers disagree about which counts."
    ),
    "AJO004": Code("A file is larger than 1 MiB.", "Split it: one definition per file."),
    "AJO005": Code("Objects and arrays are nested deeper than 64.", "Flatten the payload."),
    "AJO006": Code(
        "A number can't be carried exactly.", "Write a finite number of at most 4,000 characters."
    ),
    "AJO007": Code("A text holds half of a surrogate pair.", "Write the character itself, or both halves."),
    "AJO008": Code("A link leads outside the workspace.", "Put the file itself into the workspace."),
    "AJO009": Code("A file can't be read.", "Check that it exists, is a file, and that you may read it."),
    "AJO010": Code(
        "Two definitions of one kind have one name.", "Rename one; a name is unique within its kind."
    ),
    "AJO011": Code("Two definitions stand for one resource.", "Keep one of them."),
    "AJO012": Code(
        "A file is not named after its definition.",
        "Rename the file, so that a reviewer finds a definition by its name.",
    ),
    "AJO101": Code("The kind is unknown.", "Use one of the kinds named in the message."),
    "AJO102": Code(
        "The format version is unknown.", "Write 1, or update ajo-actions if the file is newer than it."
    ),
    "AJO103": Code("A field is unknown.", "Remove it or correct its name."),
    "AJO104": Code("A field is missing.", "Add it."),
    "AJO105": Code("A value has the wrong type.", "Write a value of the type named."),
    "AJO106": Code("A value is not one of those allowed.", "Use one of the values named."),
    "AJO107": Code("A value is outside its limits.", "Stay within the limit named."),
    "AJO109": Code(
        "A reference is malformed.",
        "Write ${name} or ${secret:path/name@label}; write $${ for a literal ${.",
    ),
    "AJO110": Code(
        "A secret stands where it must not.",
        "Secrets belong in authentication, header and query values only.",
    ),
    "AJO111": Code("A file does not hold one JSON object.", "Write one definition, an object, per file."),
    "AJO300": Code(
        "Definitions or settings have errors.", "Mend the findings listed; `ajo validate` shows them."
    ),
    "AJO301": Code(
        "There is no workspace here.", "Run `ajo init`, or change to a folder with [tool.ajo] settings."
    ),
    "AJO302": Code("A setting is wrong.", "Correct it at the place named."),
    "AJO303": Code(
        "The target is not in the settings.", "Use one of the targets named, or add it to the settings."
    ),
    "AJO304": Code("A target lacks a value that definitions use.", "Add it to the target's values."),
    "AJO305": Code("A target's value is used by no definition.", "Remove it, or use it."),
    "AJO306": Code(
        "A value can't stand where it is filled in.", "Give a value without the characters named."
    ),
    "AJO307": Code(
        "A secret is not available.", "Provide it where the target's settings say secrets come from."
    ),
    "AJO308": Code("A definition is not there.", "`ajo list` shows the names."),
    "AJO309": Code("A file can't be written.", "Check that the folder exists and that you may write to it."),
    "AJO310": Code("A file was changed while it was worked on.", "Run the command again."),
    "AJO311": Code(
        "The settings of an editor can't be changed without losing something of them.",
        "Add what is printed by hand.",
    ),
    "AJO330": Code("A rule is not known.", "Write the id of a rule, what ids begin with, or ALL."),
    "AJO331": Code("An entry of lifecycle.allow hides nothing.", "Remove it, or correct its place."),
    "AJO332": Code("Own rules can't be loaded.", "Mend what is named; docs/rules.md shows a rule."),
    "AJO333": Code("An own rule failed.", "Mend its check; nothing is judged by it until then."),
    "AJO334": Code(
        "Own rules were not run.",
        "Read the file; if you trust everybody who can change it, pass --trust.",
        Exit.REFUSED,
    ),
    "AJO335": Code("A pattern of the settings matches no definition.", "Correct or remove it."),
    "AJO340": Code(
        "What stands where a secret should be can't be one.",
        "Provide the real secret: one line of text, neither empty nor a placeholder.",
    ),
    "AJO341": Code(
        "Secrets come from a command that is not trusted.",
        "Read the command in the settings; if you trust everybody who can change it, pass --trust.",
        Exit.REFUSED,
    ),
    "AJO342": Code(
        "A secret would go to a host that it is not bound to.",
        "Correct the URL, or name the host for the secret in the target's secret-hosts.",
    ),
    "AJO345": Code(
        "A kind of target is not there, or can't be opened.",
        "Correct the target's kind and options, or install the package that brings it (docs/plugins.md).",
    ),
    "AJO346": Code(
        "A kind of target is code of the workspace.",
        "Read the code; if you trust everybody who can change it, pass --trust, or install it as a package.",
        Exit.REFUSED,
    ),
    "AJO401": Code(
        "The platform refused the credentials.",
        "Check client id, client secret and scopes of the target.",
        Exit.AUTHENTICATION,
    ),
    "AJO402": Code(
        "The platform refused access to this organisation or sandbox.",
        "Check organisation and sandbox of the target and the permissions of its credentials.",
        Exit.AUTHENTICATION,
    ),
    "AJO501": Code(
        "The platform can't be reached.", "Check the address and the network, then run again.", Exit.PLATFORM
    ),
    "AJO502": Code(
        "The platform took too long.", "Run again; what was done is not done twice.", Exit.PLATFORM
    ),
    "AJO503": Code("The platform is overloaded or failing.", "Wait, then run again.", Exit.PLATFORM),
    "AJO504": Code(
        "The platform answered something this tool does not understand.",
        "Check the target's base URL; `ajo target check` compares its answers with docs/platform-facts.md.",
        Exit.PLATFORM,
    ),
    "AJO505": Code(
        "The platform refused a change.", "Mend the definition at the place named.", Exit.PLATFORM
    ),
    "AJO506": Code(
        "A list changed while it was read.", "Run again when nobody else is editing.", Exit.PLATFORM
    ),
    "AJO507": Code(
        "The platform lists one name twice.",
        "Remove one of the two in the product, then run again.",
        Exit.PLATFORM,
    ),
    "AJO508": Code(
        "A resource changed since the plan was made.", "Run `ajo diff` and look again.", Exit.PLATFORM
    ),
    "AJO509": Code(
        "The platform stored something else than was sent.",
        "Look at the fields named; run `ajo diff` to see what is there now.",
        Exit.PLATFORM,
    ),
    "AJO510": Code(
        "It is unknown whether a write was carried out.",
        "Run the same command again: it looks before it writes.",
        Exit.PLATFORM,
    ),
    "AJO511": Code(
        "A sync is not complete.", "Look at the receipt, then run the same command again.", Exit.PLATFORM
    ),
    "AJO512": Code("A step waits for another that failed.", "Mend that one, then run again.", Exit.PLATFORM),
    "AJO513": Code(
        "A throw-away action of a check is still there.",
        "Run `ajo target check --write-probe` again, which removes it, or remove it in the product.",
        Exit.PLATFORM,
    ),
    "AJO514": Code(
        "A kind of target that a package brings failed or answered wrongly.",
        "Report it to whoever makes the package; run `ajo diff` to see what is there now.",
        Exit.PLATFORM,
    ),
    "AJO515": Code(
        "A sync wrote over somebody's edit.",
        "Ask who is named what it was, and bring it into the definition; the receipt has what was live before"
        " it and what is now.",
        Exit.PLATFORM,
    ),
    "AJO601": Code(
        "Nobody was there to approve the plan.",
        "Look at `ajo diff`, then pass --yes.",
        Exit.REFUSED,
    ),
    "AJO602": Code("The plan was not approved.", "Nothing was changed.", Exit.REFUSED),
    "AJO603": Code(
        "The platform would refuse a step.",
        "Take the way out that the step names; nothing was changed.",
        Exit.REFUSED,
    ),
    "AJO604": Code(
        "The plan removes resources, breaks journeys or sends credentials to another host.",
        "Check that this is meant, then pass --allow-destroy.",
        Exit.REFUSED,
    ),
    "AJO605": Code(
        "The definition is protected.", "Remove lifecycle.protect in a change of its own.", Exit.REFUSED
    ),
    "AJO606": Code(
        "The files and the platform were changed differently since the last sync.",
        "Take the way out that the step names; nothing was changed.",
        Exit.REFUSED,
    ),
    "AJO607": Code(
        "Something was changed on the platform, and the target's settings refuse to overwrite that.",
        "Take the way out that the step names; nothing was changed.",
        Exit.REFUSED,
    ),
    "AJO608": Code(
        "The plan changes a large share of what exists.",
        "Check that target and base are those you mean, then pass --allow-mass-change.",
        Exit.REFUSED,
    ),
    "AJO609": Code(
        "A waiver has expired.", "Take the drift back, put it into the file, or give the waiver a new date."
    ),
    "AJO610": Code(
        "The target is a production one.",
        "Check another sandbox, or pass --in-production; nothing was changed.",
        Exit.REFUSED,
    ),
    "AJO611": Code(
        "A waiver hides nothing.",
        "Remove it, or correct what it names: the drift was taken back, or there is no such definition.",
    ),
    "AJO612": Code(
        "A change under review has other settings than those that count.",
        "Review them as you would code: they count once they are merged.",
    ),
    "AJO613": Code(
        "Code of a change under review would be run.",
        "Leave --trust out, or look at the change from a checkout of the trusted commit.",
        Exit.REFUSED,
    ),
    "AJO620": Code(
        "A saved plan is stale: something it rests on has moved.",
        "Make a new one with `ajo diff --out`, look at it, and approve that; nothing was changed.",
        Exit.REFUSED,
    ),
    "AJO621": Code("A file is no saved plan that can be read.", "Make one with `ajo diff --out plan.json`."),
    "AJO622": Code(
        "A saved plan was changed after it was made.",
        "Don't trust it. Make a new one with `ajo diff --out`.",
        Exit.REFUSED,
    ),
    "AJO623": Code(
        "Another sync of this target is under way on this machine.",
        "Wait until it ends, then run again; nothing was changed.",
        Exit.REFUSED,
    ),
    "AJO624": Code(
        "Another sync of this target holds its lease.",
        "Wait until it is given back or has ended, then run again; nothing was changed.",
        Exit.REFUSED,
    ),
    "AJO625": Code(
        "The lease of a target can't be taken.",
        "Check the remote and that you may push there; docs/sync.md says how. Nothing was changed.",
        Exit.PLATFORM,
    ),
    "AJO626": Code(
        "The lease of a target was lost while it was written to.",
        "Look at the receipt; when nobody holds the lease, run the same command again.",
        Exit.PLATFORM,
    ),
    "AJO627": Code(
        "What another clone synced last is not known here.",
        "Bring the branch up to date, and `git fetch origin '+refs/ajo/*:refs/ajo/*'`; nothing was changed.",
        Exit.REFUSED,
    ),
    "AJO630": Code("A file is no receipt that can be read.", "Give one that `ajo sync --receipt` wrote."),
    "AJO631": Code("A receipt is of another sandbox.", "Choose the target it is of.", Exit.REFUSED),
    "AJO632": Code("What a receipt hides can't be brought back.", "See `ajo rollback --help`.", Exit.REFUSED),
    "AJO640": Code(
        "The target demands evidence, and there is none that an action was exercised.",
        "Exercise it with --evidence, then commit the record.",
        Exit.REFUSED,
    ),
    "AJO641": Code(
        "An action was changed after it was exercised.",
        "Exercise it again with --evidence, then commit the record.",
        Exit.REFUSED,
    ),
    "AJO642": Code(
        "An action was exercised too long ago.",
        "Exercise it again with --evidence, then commit the record.",
        Exit.REFUSED,
    ),
    "AJO643": Code(
        "Evidence can't be used.",
        "Don't mend it by hand: exercise the action again with --evidence, which replaces it.",
        Exit.REFUSED,
    ),
    "AJO701": Code("A value for exercising is missing or has the wrong type.", "Give a value as named."),
    "AJO702": Code(
        "The action's endpoint can't be reached.", "Check the address and the network.", Exit.PLATFORM
    ),
    "AJO703": Code(
        "An exercise has to sign and has no certificate.",
        "Name certificate and key in the target's settings, under tls.",
    ),
    "AJO704": Code(
        "A Campaign action has no address to be exercised at.",
        "Name it in the target's settings as campaign-url, or give the definition an endpoint.",
    ),
    "AJO705": Code(
        "A file for TLS can't be used.",
        "Name PEM files: authorities, a certificate and its key without a password.",
    ),
    "AJO706": Code(
        "An answer says nothing about the response.",
        "Exercise the action until it answers with a JSON object, then try again.",
    ),
    "AJO707": Code(
        "An exercise can't be evidence.",
        "Call the action's own endpoint, without a stand-in between; docs/evidence.md says what counts.",
    ),
    "AJO720": Code("What is to be rehearsed can't be understood.", "See `ajo rehearse --help`."),
    "AJO730": Code("Cases can't be checked, updated or recorded.", "See docs/cases.md."),
    "AJO731": Code(
        "There is no action of the name that cases are of.", "Name the action, or remove the file."
    ),
    "AJO750": Code(
        "A load would go to a host that the settings don't list as yours.",
        "Add it to hosts in [tool.ajo.load] if it is yours; put load on no other.",
        Exit.REFUSED,
    ),
    "AJO751": Code(
        "A load would be put on a production target.",
        "Choose another target, or say --in-production.",
        Exit.REFUSED,
    ),
    "AJO752": Code(
        "A load would be more than the settings allow.",
        "Ask for less, or raise the number in [tool.ajo.load].",
        Exit.REFUSED,
    ),
    "AJO753": Code("A load ended before its time.", "See what is said above it.", Exit.PLATFORM),
    "AJO810": Code(
        "An example can't become a payload.",
        "Give one JSON object, as the service takes or answers it.",
    ),
    "AJO811": Code(
        "A call can't become an action.",
        "Mend what is named, or take it out of the command.",
    ),
    "AJO812": Code(
        "An OpenAPI description can't become an action.",
        "Mend what is named, or start from an example with `ajo new action --request`.",
    ),
    "AJO813": Code(
        "A definition would hold a credential.",
        "Write ${secret:path/name} for it where a secret may stand, or leave it out.",
    ),
    "AJO814": Code("A file exists already.", "Choose another name, or pass --force to replace it."),
    "AJO820": Code(
        "The history of the repository can't be read.",
        "Install git, and run inside a clone of the repository.",
    ),
    "AJO821": Code(
        "A revision is not known.", "Name a commit, a branch or a tag of this repository, or a path."
    ),
    "AJO822": Code(
        "A part of the history is missing from this clone.",
        "Fetch it: `git fetch --unshallow`, or fetch-depth: 0 where a pipeline checks out.",
    ),
    "AJO823": Code(
        "A link or a submodule stands in history where a file is expected.",
        "Nothing: it is not followed. To compare what it leads to, name that.",
    ),
    "AJO824": Code(
        "A path is not there at a revision.", "`git ls-tree -r --name-only REVISION` shows the paths."
    ),
    "AJO825": Code(
        "The reference of the last synced commit could not be moved or pushed.",
        "The sync itself is done. Check the permissions, then run the same command again.",
        Exit.PLATFORM,
    ),
    "AJO830": Code(
        "A recording can't be read.",
        "Save it in the browser's network view as HAR with content; docs/calibration.md says how.",
    ),
    "AJO831": Code(
        "A recording shows no calls of actions.",
        "Record the list of actions, and one that is created, opened, changed and deleted.",
    ),
    "AJO832": Code(
        "Settings can't be put into the file.",
        "Put what is printed there by hand, instead of what the target's api says now.",
    ),
    "AJO900": Code("A fault of this tool.", "Please report it with the command you ran.", Exit.FAULT),
    "AJO901": Code("The command line is wrong.", "See --help of the command."),
    "AJO902": Code("A part of the tool is not installed.", "Install the extra named."),
    "AJO903": Code("The emulator can't start.", "Choose a free port on the loopback address."),
    "AJO904": Code(
        "A generated file is out of date.", "Write it again with the command named.", Exit.DIFFERENCE
    ),
    "AJO905": Code(
        "The emulator can't be told what to do.",
        "Start one with `ajo emulator start`, or name its --port; mend what it refused.",
    ),
}
