"""German: what the bot says to people who read it."""

from collections.abc import Mapping

from bot.core.language import Counts, Language, counted
from bot.core.model import Reason
from bot.core.sentences import Say

_SENTENCES: Mapping[Say, str] = {
    Say.UNKNOWN_COMMAND: "{command} kenne ich nicht. Mit /help siehst du, was ich kann.",
    Say.NOT_A_JOB_ID: "„{given}“ ist keine Videonummer. Deine Videos stehen unter /jobs.",
    Say.JOB_ID_NEEDED: "Sag mir bitte, welches Video: {command} und seine Nummer. Deine Videos stehen unter /jobs.",
    Say.BAD_SECONDS: "„{given}“ ist keine Länge. Schreib zum Beispiel seconds=6.",
    Say.BAD_SPOILER: "„{given}“ ist weder on noch off. Mit spoiler=on wird der Clip verdeckt.",
    Say.UNKNOWN_CAMERA_MOVE: "„{given}“ ist keine Kamerabewegung. Alle stehen unter /models.",
    Say.BRACKET_PASSED_OVER: (
        "„[{given}]“ ist keine Kamerabewegung, also lese ich es als Teil der Szene. Alle Bewegungen stehen unter "
        "/models."
    ),
    Say.TOO_MANY_MOVES: "In ein Klammerpaar passen höchstens {most} Kamerabewegungen.",
    Say.TROUBLE: (
        "Ich kann gerade nichts speichern, darum wurde nichts gestartet und nichts berechnet. Versuch es bitte noch "
        "einmal."
    ),
    Say.OPERATOR_KEY: (
        "{provider} lehnt unseren Schlüssel ab. Bitte prüfe {variable}_API_KEY. Alle zehn Minuten wird es neu "
        "versucht; bis dahin gehen die Videos zu anderen Diensten mit demselben Modell oder enden ohne Kosten. Die "
        "Antwort war: {trouble}"
    ),
    Say.OPERATOR_BALANCE: (
        "{provider} meldet, dass unser Guthaben aufgebraucht ist. Bitte lade es auf. Alle zehn Minuten wird es neu "
        "versucht; bis dahin gehen die Videos zu anderen Diensten mit demselben Modell oder enden ohne Kosten. Die "
        "Antwort war: {trouble}"
    ),
    Say.OPERATOR_PLAN: (
        "{provider} gehört nicht zu unserem Tarif oder ist nicht mehr da. Alle zehn Minuten wird es neu versucht; bis "
        "dahin gehen die Videos zu anderen Diensten mit demselben Modell oder enden ohne Kosten. Die Antwort war: "
        "{trouble}"
    ),
    Say.OPERATOR_ADDRESS: (
        "{provider} ist unter seiner Adresse nicht zu finden. Bitte prüfe {variable}_BASE_URL. Alle zehn Minuten wird "
        "es neu versucht; bis dahin gehen die Videos zu anderen Diensten mit demselben Modell oder enden ohne Kosten. "
        "Die Antwort war: {trouble}"
    ),
    Say.OPERATOR_UNSURE: (
        "Die Antwort von {provider} auf den bezahlten Aufruf für Video {job} ging verloren; niemand weiß, ob es "
        "gemacht wird. Die Credits wurden zurückgegeben. Findest du es bei {provider}, holt seine Task-ID es herein: "
        "reelbot jobs settle {job} --ticket ID"
    ),
    Say.OPERATOR_UNSURE_MANY: (
        "Die Antworten von {provider} auf die bezahlten Aufrufe für {count:videos} gingen verloren; niemand weiß, ob "
        "sie gemacht werden. Die Credits wurden zurückgegeben. reelbot jobs list --state unsure zeigt sie; eine "
        "Task-ID, die du bei {provider} findest, holt ein Video herein: reelbot jobs settle {job} --ticket ID"
    ),
    Say.OPERATOR_DISK: (
        "Die Festplatte ist fast voll: {free} sind frei ({percent} %). Ist sie voll, kann nichts gespeichert und kein "
        "Clip geholt werden. Bitte schaff Platz oder behalte Clips weniger Tage (KEEP_DAYS)."
    ),
    Say.OPERATOR_DRIFT: (
        "Die Bücher gehen nicht auf, an {count} Stellen. Die erste: „{rule}“ gilt nicht für {where}; erwartet war "
        "{expected}, gefunden wurde {found}. reelbot ledger verify zeigt alle. Solange das so ist, erfährst du es "
        "einmal am Tag."
    ),
    Say.OPERATOR_REPORT: "{who} meldet Video {job} ({where}): „{reason}“. Ansehen: reelbot jobs show {job}",
    Say.OPERATOR_REPORT_BARE: "{who} meldet Video {job} ({where}). Ansehen: reelbot jobs show {job}",
    Say.NO_SUCH_JOB: "Du hast kein Video mit der Nummer {job}. Deine Videos stehen unter /jobs.",
    Say.NO_JOB_YET: "Du hast noch kein Video gemacht. Schreib einfach, was es zeigen soll.",
    Say.NOTHING_RUNS: "Gerade ist keins deiner Videos in Arbeit.",
    Say.HELP: (
        "Schreib, was das Video zeigen soll, und häng gern ein Foto an: Es wird das erste Bild, ein zweites das "
        "letzte. Optionen kommen ans Ende: model=… seconds=6 768P. Kamerabewegungen stehen in Klammern: [Zoom in]."
        "\n\n{commands}"
    ),
    Say.PRIVACY: (
        "Ich behalte deine Texte, Fotos und Clips {days} Tage, um sie liefern zu können, und die ausgegebenen Credits "
        "für die Bücher. Texte und Fotos gehen an den Dienst, der das Video macht: {providers}. Sonst sieht sie "
        "niemand. /export gibt dir deine Videos und Belege, /forget löscht alles, nur nicht, dass du gesperrt wurdest."
    ),
    Say.LANGUAGES: "Ich spreche: {languages}. Wähle mit /language und dem Kürzel.",
    Say.LANGUAGE_SET: "Ab jetzt spreche ich Deutsch mit dir.",
    Say.NO_SUCH_LANGUAGE: "„{given}“ spreche ich nicht. Ich spreche: {languages}.",
    Say.FORGET_FIRST_ASK: (
        "Das löscht deine Texte, Fotos, Clips und dieses Gespräch endgültig, stoppt alles, was läuft, und gibt nichts "
        "zurück. Wenn du das willst, sende „/forget yes“."
    ),
    Say.FORGOTTEN: "Alles ist gelöscht. In den Büchern bleiben nur Beträge ohne deinen Namen.",
    Say.EXPORTED: "Hier ist alles, was ich von dir habe: Videos, Bilder, Nachrichten, Credits und jeder Beleg.",
    Say.EXPORTED_IN_PART: (
        "Hier ist alles, was ich von dir habe, bis auf {count} der Bilder und Clips: Dieser Chat nimmt keine größere "
        "Datei. Das Dokument darin nennt sie, und /job mit der Nummer eines Videos sendet seinen Clip noch einmal."
    ),
    Say.EMPTY_PROMPT: "Schreib bitte, was das Video zeigen soll, oder häng ein Foto an.",
    Say.PROMPT_NEEDED: "{model} braucht zum Foto ein paar Worte. Ohne Worte gehen: {models}.",
    Say.PROMPT_TOO_LONG: "Dein Text hat {length} Zeichen; {model} nimmt höchstens {most}.",
    Say.PROMPT_TOO_LONG_FOR: (
        "Dein Text hat {length} Zeichen; {model} nimmt höchstens {most}. Für längere Texte gibt es: {models}."
    ),
    Say.NO_SUCH_MODEL: "Ein Modell „{given}“ gibt es nicht. Es gibt: {models}.",
    Say.NOTHING_NEEDS_NO_PICTURE: "Hier braucht jedes Modell ein Foto als Anfang. Häng bitte eins an.",
    Say.NOTHING_TAKES_A_PICTURE: "Hier nimmt kein Modell ein Foto. Versuch es bitte ohne.",
    Say.NOTHING_TAKES_TWO_PICTURES: "Hier nimmt kein Modell ein letztes Bild. Sende bitte nur ein Foto.",
    Say.NOTHING_HAS_MOVES: "Hier folgt kein Modell [{move}] auf diese Art. Lass die Klammern bitte weg.",
    Say.NOTHING_NEEDS_NO_WORDS: "Schreib bitte ein paar Worte zum Foto: Hier braucht sie jedes Modell.",
    Say.MODEL_NEEDS_PICTURE: "{model} braucht ein Foto als Anfang. Ohne Foto gehen: {models}.",
    Say.MODEL_NEEDS_NO_PICTURE: "{model} nimmt kein Foto. Mit Foto gehen: {models}.",
    Say.MODEL_TAKES_ONE_PICTURE: "{model} nimmt nur ein erstes Bild. Mit letztem Bild gehen: {models}.",
    Say.MODEL_HAS_NO_MOVES: "{model} folgt [{move}] nicht. Diese schon: {models}.",
    Say.NO_SUCH_FORMAT: "Diese Länge und Größe gibt es hier nicht. Du kannst haben: {formats}.",
    Say.MODEL_NOT_ALLOWED: "Die Admins erlauben {model} hier nicht. Erlaubt: {models}.",
    Say.CHANNEL_NOT_ALLOWED: "Die Admins erlauben in diesem Kanal keine Videos.",
    Say.ONLY_AGE_RESTRICTED: (
        "Die Admins erlauben Videos nur in altersbeschränkten Kanälen. Es wurde nichts berechnet."
    ),
    Say.NOT_AGE_RESTRICTED: (
        "Die Admins erlauben in altersbeschränkten Kanälen keine Videos. Es wurde nichts berechnet."
    ),
    Say.NOBODY_CAN: "Gerade ist kein Videodienst erreichbar. Versuch es später noch einmal; es wurde nichts berechnet.",
    Say.TOO_MANY_PICTURES: "Höchstens zwei Fotos: das erste Bild und das letzte.",
    Say.MODEL_LINE: "{model}: {formats}",
    Say.MODELS_INTRO: "Das kann ich machen:",
    Say.PRICE: "{price:credits}",
    Say.PRICE_RANGE: "{least} bis {most:credits}",
    Say.FROM_TEXT: "aus Text",
    Say.FROM_PHOTO: "aus einem Foto",
    Say.FROM_TWO: "aus erstem und letztem Bild",
    Say.MOVES_LINE: "Kamerabewegungen, in Klammern im Text: {moves}.",
    Say.PICTURE_NOT_A_PICTURE: (
        "Diese Datei ist kein Foto, das ich lesen kann. Es gehen JPEG, PNG, WebP, HEIC, AVIF und GIF."
    ),
    Say.PICTURE_DAMAGED: "Das Foto ist beschädigt oder unvollständig. Sende es bitte noch einmal.",
    Say.PICTURE_TOO_LARGE_FILE: "Das Foto ist zu groß: höchstens {most_mb} MB.",
    Say.PICTURE_TOO_MANY_PIXELS: "Das Foto hat zu viele Pixel: höchstens {most_megapixels} Megapixel.",
    Say.PICTURE_TOO_SMALL: (
        "Das Foto ist zu klein ({width}×{height}): Die kurze Seite braucht mindestens {least} Pixel."  # noqa: RUF001
    ),
    Say.PICTURE_TOO_LONG: "Das Foto ist zu lang und schmal: höchstens {ratio}.",
    Say.PICTURE_TOOK_TOO_LONG: "Das Foto ließ sich nicht schnell genug lesen. Versuch es bitte mit einem anderen.",
    Say.PICTURE_FIRST_FRAME_ONLY: "Das Bild war animiert; ich nehme sein erstes Einzelbild.",
    Say.PICTURE_NOT_KEPT: (
        "Dieses Foto habe ich nicht mehr: Fotos bleiben {days} Tage gespeichert. Sende es bitte noch einmal."
    ),
    Say.PROMPT_NOT_KEPT: (
        "Den Text dieses Videos habe ich nicht mehr: Texte bleiben {days} Tage gespeichert. Schreib ihn bitte neu."
    ),
    Say.PICTURE_PADDED: "Das Foto war sehr lang, darum habe ich Ränder ergänzt.",
    Say.NOT_ENOUGH: (
        "Das kostet {price:credits} und du hast {balance:credits}. Es wurde nichts berechnet. Wer diesen Bot betreibt, "
        "kann dir welche geben: reelbot credits grant {user} 100"
    ),
    Say.OVER_MEMBER_DAILY: (
        "Hier darfst du am Tag {most:credits} ausgeben; du hast noch {left:credits}, und das kostet {amount:credits}. "
        "Neu gezählt wird ab {resets:when} (in {wait:duration}). Es wurde nichts berechnet."
    ),
    Say.OVER_SERVER_DAILY: (
        "Dieser Server darf am Tag {most:credits} ausgeben; er hat noch {left:credits}, und das kostet "
        "{amount:credits}. Neu gezählt wird ab {resets:when} (in {wait:duration}). Es wurde nichts berechnet."
    ),
    Say.OVER_SERVER_MONTHLY: (
        "Dieser Server darf im Monat {most:credits} ausgeben; er hat noch {left:credits}, und das kostet "
        "{amount:credits}. Neu gezählt wird ab {resets:when} (in {wait:duration}). Es wurde nichts berechnet."
    ),
    Say.OVER_MEMBER_RUNNING: (
        "Hier darfst du {most:videos} gleichzeitig in Arbeit haben. Warte bitte, bis eins fertig ist. Es wurde nichts "
        "berechnet."
    ),
    Say.OVER_PER_VIDEO: (
        "Ein Video darf hier {most:credits} kosten, und dieses kostet {amount:credits}. Es wurde nichts berechnet."
    ),
    Say.CREDITS: "Du hast {balance:credits}.",
    Say.CREDITS_HELD: "Für laufende Videos reserviert: {held:credits}.",
    Say.CREDITS_NEXT: "Das nächste Video gibt es ab {price:credits}.",
    Say.CREDITS_DAILY: "Jeden Tag wird dein Guthaben auf {amount:credits} aufgefüllt.",
    Say.CREDITS_LEFT_HERE: "Hier kannst du heute noch {left:credits} ausgeben, von {most:credits}.",
    Say.CREDITS_POOL_HERE: "Hier zahlt der Server, solange er kann: Er hat {balance:credits}.",
    Say.RECEIPT_SPENT: "{at:when} · {amount:credits} für Video {job}",
    Say.RECEIPT_GRANT: "{at:when} · {amount:credits} erhalten ({why})",
    Say.RECEIPT_TAKE: "{at:when} · {amount:credits} abgezogen ({why})",
    Say.RECEIPT_RELEASED: "{at:when} · {amount:credits} zurück für Video {job}",
    Say.RECEIPT_HELD: "{at:when} · {amount:credits} reserviert für Video {job}",
    Say.ASKING: "Dieses Video kostet {price:credits}. Soll ich es machen?",
    Say.QUEUED: "Wartet, bis es an der Reihe ist.",
    Say.QUEUED_AT: "Platz {position} in der Warteschlange.",
    Say.QUEUED_AT_ABOUT: "Platz {position} in der Warteschlange, fertig in etwa {seconds:duration}.",
    Say.SUBMITTING: "Wird in Auftrag gegeben.",
    Say.RENDERING: "Wird gemacht.",
    Say.RENDERING_ABOUT: "Wird gemacht, fertig in etwa {seconds:duration}.",
    Say.RENDERING_PERCENT: "Wird gemacht, {percent} %.",
    Say.FETCHING: "Fertig, ich hole es her.",
    Say.DELIVERING: "Gleich ist es da.",
    Say.DELIVERED: "Hier ist dein Video.",
    Say.UNSURE: (
        "Die Antwort des Videodienstes ging verloren; niemand weiß, ob das Video gemacht wird. Taucht es auf, bekommst "
        "du es gratis."
    ),
    Say.OVERDUE: "Das dauert viel zu lange. Kommt das Video doch noch, bekommst du es gratis.",
    Say.FAILED: "{reason:reason}",
    Say.CANCELLED: "{reason:reason}",
    Say.UNDELIVERED: "{reason:reason}",
    Say.DELETED: "Gelöscht.",
    Say.CANCEL_ASKED: "Ich stoppe es, falls es noch geht.",
    Say.CANCEL_REFUSED: "Es ließ sich nicht mehr stoppen: Das Video kommt und wird berechnet.",
    Say.CANCEL_TOO_LATE: "Dieses Video ist schon abgeschlossen.",
    Say.MADE_OF: "{model} · {seconds} s · {resolution}",
    Say.CHARGED: "Berechnet: {price:credits} · {job}",
    Say.CHARGED_NOTHING: "Nichts berechnet · {job}",
    Say.GIVEN_BACK: "Nichts berechnet, {price:credits} zurückgegeben · {job}",
    Say.HELD: "{price:credits} · {job}",
    Say.JOB_LINE: "{job} · {state:state} · {prompt}",
    Say.JOBS_INTRO: "Deine letzten Videos:",
    Say.EDIT_THIS: "Ändere den Text und sende ihn noch einmal.",
    Say.ANSWERED_BEFORE: "Diese Frage ist schon beantwortet.",
    Say.REDELIVERING: "Ich sende den Clip noch einmal.",
    Say.STILL_UNDER_WAY: "Dieses Video ist noch in Arbeit.",
    Say.CLIP_NOT_KEPT: "Diesen Clip habe ich nicht mehr: Clips bleiben {days} Tage gespeichert.",
    Say.NOTHING_TO_DELETE: "Es gibt keinen Clip zu löschen.",
    Say.BUTTON_CANCEL: "Abbrechen",
    Say.BUTTON_AGAIN: "Nochmal",
    Say.BUTTON_EDIT: "Text ändern",
    Say.BUTTON_DELETE: "Löschen",
    Say.BUTTON_YES: "Ja, mach es",
    Say.BUTTON_NO: "Nein",
    Say.BUTTON_JOB: "Noch einmal senden",
    Say.BUTTON_REPORT: "Melden",
    Say.ABOUT_VIDEO: "Ein Video machen",
    Say.ABOUT_AGAIN: "Dasselbe Video noch einmal machen",
    Say.ABOUT_JOB: "Ein Video zeigen und seinen Clip gratis noch einmal senden",
    Say.ABOUT_JOBS: "Deine letzten Videos",
    Say.ABOUT_CANCEL: "Ein Video stoppen",
    Say.ABOUT_CREDITS: "Was du hast und was du ausgegeben hast",
    Say.ABOUT_MODELS: "Was ich machen kann und was es kostet",
    Say.ABOUT_HELP: "So bekommst du ein Video",
    Say.ABOUT_PRIVACY: "Was ich speichere und wer es sonst noch sieht",
    Say.ABOUT_EXPORT: "Deine Videos, Credits und Belege als Datei",
    Say.ABOUT_FORGET: "Alles löschen, was ich über dich habe",
    Say.ABOUT_LANGUAGE: "Deine Sprache wählen",
    Say.ABOUT_USAGE: "Zeigt, was in den letzten Tagen gemacht und ausgegeben wurde",
    Say.BAD_DAYS: "„{given}“ ist keine Anzahl von Tagen: Schreib eine ganze Zahl von 1 bis {most}.",
    Say.USAGE_OF_ALL: "Die Videos von allen",
    Say.USAGE_OF_SERVER: "Die Videos dieses Servers",
    Say.USAGE_OF_PERSON: "Deine Videos",
    Say.USAGE_TOTAL: (
        "Seit {first}: {videos:videos}, {failed} fehlgeschlagen ({percent} % Erfolg), {credits:credits}."
    ),
    Say.USAGE_NOTHING: "Seit {first} wurde nichts gemacht.",
    Say.USAGE_DAY: "{day} · {videos:videos}, {failed} fehlgeschlagen, {credits:credits}",
    Say.USAGE_MODELS: "Nach Modell:",
    Say.USAGE_MODEL: "{model} · {videos:videos}, {failed} fehlgeschlagen, {credits:credits}",
    Say.USAGE_SPENDERS: "Wer am meisten ausgegeben hat:",
    Say.USAGE_SPENDER: "{who} · {credits:credits}, {videos:videos}",
    Say.USAGE_CHART_TITLE: "Nutzung",
    Say.USAGE_CHART_VIDEOS: "Videos pro Tag",
    Say.USAGE_CHART_CREDITS: "Credits pro Tag",
    Say.USAGE_CHART_MODELS: "Videos nach Modell",
    Say.USAGE_CHART_SPENDERS: "Credits nach Person",
    Say.USAGE_MADE: "geliefert",
    Say.USAGE_FAILED: "fehlgeschlagen",
    Say.USAGE_CREDITS: "Credits",
    # Discord
    Say.PICTURE_NOT_LOADED: (
        "Ich konnte das Foto nicht von Discord laden. Sende es bitte noch einmal. Es wurde nichts berechnet."
    ),
    Say.NOT_YOUR_BUTTON: ("Dieser Button gehört der Person, die das Video wollte. Mit /video machst du dein eigenes."),
    Say.NO_PICTURE_THERE: "In dieser Nachricht ist kein Bild.",
    Say.WATCH_CLIP: "Video ansehen",
    Say.ANIMATE_THIS: "Dieses Bild animieren",
    Say.DIALOG_TITLE_EDIT: "Text ändern",
    Say.DIALOG_TITLE_ANIMATE: "Dieses Bild animieren",
    Say.DIALOG_PROMPT: "Was soll das Video zeigen?",
    Say.DIALOG_PROMPT_HINT: "Eine lächelnde Katze [Zoom in]",
    Say.DIALOG_OPTIONS: "Optionen",
    Say.DIALOG_OPTIONS_HINT: "model=… seconds=6 resolution=768P",
    Say.DIALOG_FIRST_FRAME: "Erstes Bild",
    Say.DIALOG_LAST_FRAME: "Letztes Bild, wenn du eins willst",
    Say.DIALOG_EXPIRED: "Das hat zu lange gedauert: Ich weiß nicht mehr, welches Bild du meintest. Wähle es bitte neu.",
    Say.OPTION_PROMPT: "Was das Video zeigen soll",
    Say.OPTION_IMAGE: "Das erste Bild",
    Say.OPTION_LAST_IMAGE: "Das letzte Bild",
    Say.OPTION_MODEL: "Wer es macht; ohne Angabe das günstigste, das passt",
    Say.OPTION_SECONDS: "Wie lang es sein soll",
    Say.OPTION_RESOLUTION: "Wie groß es sein soll, zum Beispiel 768P",
    Say.OPTION_CAMERA: "Wie sich die Kamera bewegt; bis zu drei Bewegungen, durch Kommas getrennt",
    Say.OPTION_JOB: "Die Nummer des Videos; ohne Angabe dein letztes",
    Say.OPTION_JOB_TO_SHOW: "Die Nummer des Videos; sein Clip wird noch einmal gesendet",
    Say.OPTION_JOB_TO_CANCEL: "Die Nummer des Videos; ohne Angabe das letzte, das läuft",
    Say.OPTION_LANGUAGE: "Welche; ohne Angabe zähle ich sie auf",
    Say.OPTION_CONFIRM: "Wähle ja, um wirklich alles zu löschen",
    Say.CHOICE_CONFIRM: "ja",
    Say.MODEL_CHOICE: "{model} · ab {price:credits}",
    Say.ABOUT_LIMITS_SHOW: "Was hier ausgegeben werden darf und was schon ausgegeben wurde",
    Say.ABOUT_LIMITS_SET: "Ein Limit setzen",
    Say.ABOUT_LIMITS_MODELS: "Welche Modelle hier erlaubt sind",
    Say.ABOUT_LIMITS_CHANNELS: "In welchen Kanälen Videos erlaubt sind",
    Say.ABOUT_LIMITS_POOL: "Ob die Credits des Servers für seine Mitglieder zahlen",
    Say.ABOUT_LIMITS_AGE_RESTRICTED: "Ob Videos in altersbeschränkten Kanälen erlaubt sind, oder nur dort",
    Say.ABOUT_LIMITS_SPOILER: "Ob Clips verdeckt sind, bis jemand sie sehen will",
    Say.ABOUT_BLOCK_WORDS: "Wörter und Muster, die in keinem Wunsch vorkommen dürfen",
    Say.ABOUT_BLOCK_PERSON: "Jemand, der keine Videos machen darf",
    Say.ABOUT_BLOCK_SERVER: "Ein Server, auf dem keine Videos gemacht werden dürfen",
    Say.OPTION_LIMIT: "Welches Limit",
    Say.OPTION_VALUE: "Eine Zahl, off für keins, oder default",
    Say.OPTION_MEMBER: "Nur für dieses Mitglied; allein bei Credits je Mitglied und Tag",
    Say.OPTION_ROLE: "Nur für diese Rolle; allein bei Credits je Mitglied und Tag",
    Say.OPTION_NAMES: "Ihre Namen, durch Kommas getrennt, oder all",
    Say.OPTION_CHANNEL: "Einer der Kanäle; die gewählten ersetzen die bisherigen",
    Say.OPTION_ALL_CHANNELS: "Wähle True, um wieder alle zu erlauben",
    Say.OPTION_POOL: "Wähle True, wenn sie zahlen",
    Say.OPTION_AGE_RESTRICTED: "Wo Videos gemacht werden dürfen",
    Say.OPTION_COVERED: "Wähle True, wenn sie verdeckt sind",
    Say.OPTION_SPOILER: "Wähle True, damit der Clip verdeckt ist, bis jemand ihn sehen will",
    Say.OPTION_DAYS: "Wie viele Tage zurück; ohne Angabe 30",
    Say.OPTION_WHO: "@jemand, plattform:id, me oder server",
    Say.OPTION_AMOUNT: "Wie viele Credits",
    Say.OPTION_REASON: "Warum, in wenigen Worten",
    Say.OPTION_PROVIDER: "Sein Name; ohne Angabe alle",
    Say.OPTION_WORDS: "Die Wörter; was zusammengehört, in Anführungszeichen",
    Say.OPTION_PATTERN: "Ein regulärer Ausdruck",
    Say.OPTION_PERSON: "Wer",
    Say.OPTION_SERVER: "discord:id des Servers; ohne Angabe dieser",
    Say.OPTION_HERE: "Für alle, die den Bot betreiben: nur auf diesem Server",
    Say.OPTION_REPORTED_JOB: "Die Nummer des Videos",
    Say.CHOICE_MEMBER_DAILY: "member_daily: Credits, je Mitglied und Tag",
    Say.CHOICE_SERVER_DAILY: "server_daily: Credits, alle zusammen am Tag",
    Say.CHOICE_SERVER_MONTHLY: "server_monthly: Credits, alle zusammen im Monat",
    Say.CHOICE_MEMBER_RUNNING: "member_running: Videos gleichzeitig, je Mitglied",
    Say.CHOICE_PER_VIDEO: "per_video: Credits, ein Video",
    # Telegram
    Say.TELEGRAM_NOT_YOURS: "Diese Buttons sind für die Person, die das Video wollte.",
    Say.TELEGRAM_OLD_BUTTON: "Dieser Button geht nicht mehr. Deine Videos stehen unter /jobs.",
    Say.TELEGRAM_RIGHTS_UNKNOWN: (
        "Ich konnte nicht herausfinden, ob du hier Admin bist. Versuch es bitte noch einmal."
    ),
    Say.TELEGRAM_STICKER: "Damit sich ein Sticker bewegt, antworte darauf und schreib, was passieren soll.",
    Say.TELEGRAM_MOVING_STICKER: "Dieser Sticker bewegt sich schon. Ein ruhiger geht, und ein Foto auch.",
    Say.TELEGRAM_VIDEO: "Ich beginne mit Fotos, nicht mit Videos. Sende bitte ein Foto.",
    Say.TELEGRAM_ONLY_WORDS: "Ich verstehe Text und Fotos. /help erklärt, wie es geht.",
    Say.TELEGRAM_NOT_FETCHED: "Das Foto ließ sich nicht von Telegram laden. Sende es bitte noch einmal.",
    Say.TELEGRAM_IN_PRIVATE: "Ich habe dir in unserem privaten Chat geantwortet.",
    Say.TELEGRAM_START_FIRST: "Das ist nur für dich. Öffne bitte zuerst unseren privaten Chat.",
    Say.TELEGRAM_OPEN: "Privaten Chat öffnen",
    Say.TELEGRAM_CHOOSE: "Modell, Länge und Größe wählen",
    Say.TELEGRAM_CHOOSE_HOW: "Wähle und antworte dann auf diese Nachricht mit dem, was dein Video zeigen soll.",
    Say.TELEGRAM_MAKE: "Video machen",
    Say.TELEGRAM_LIMIT_BUTTON: "{limit}: {value}",
    Say.TELEGRAM_LIMIT_PICK: "Was soll für {limit} gelten?",
    Say.TELEGRAM_LIMIT_TICKS: "{limit}: Was ein Häkchen hat, ist erlaubt. Ein Tippen ändert es sofort.",
    Say.TELEGRAM_LIMIT_OTHER: "Andere Zahl",
    Say.TELEGRAM_LIMIT_WRITE: "Antworte auf diese Nachricht mit der Zahl, die für {limit} gelten soll, oder mit off.",
    Say.TELEGRAM_LIMIT_TOPIC: "Thema {topic}",
    Say.TELEGRAM_LIMIT_THIS_TOPIC: "Dieses Thema ({topic})",
    Say.TELEGRAM_LIMIT_GENERAL: "Allgemein",
    Say.TELEGRAM_LIMIT_MEANWHILE: (
        "Die Limits wurden inzwischen geändert, darum wurde nichts gesetzt. So sind sie jetzt."
    ),
    Say.TELEGRAM_LIMIT_BACK: "Zurück",
    # the web page
    Say.PRICE_AHEAD: "Das kostet {price:credits}. Du hast {balance:credits}.",
    Say.PRICE_AHEAD_ASKED: "Das kostet {price:credits}: Du wirst vorher gefragt. Du hast {balance:credits}.",
    Say.PRICE_AHEAD_TOO_MUCH: "Das kostet {price:credits}. Du hast {balance:credits}, und das reicht nicht.",
    # admins and operators
    Say.ADMINS_ONLY: "Das dürfen hier nur die Admins. Es wurde nichts geändert.",
    Say.OPERATORS_ONLY: "Das darf nur, wer diesen Bot betreibt. Es wurde nichts geändert.",
    Say.ANONYMOUS: "Du schreibst anonym, also könnte niemand dafür zahlen. Schreib bitte unter deinem Namen.",
    Say.LIMITS_ELSEWHERE: "Limits gehören zu einem Server oder einer Gruppe. Sende das bitte dort.",
    Say.LIMITS_USAGE: (
        "Schreib /limits show · /limits set member_daily 50 (oder off oder default; dahinter member:ID oder role:ID "
        "für einzelne) · /limits models all · /limits channels here · /limits age-restricted any · /limits spoiler "
        "off · /limits pool on. Die Limits sind: {limits}."
    ),
    Say.LIST_USAGE: "Schreib /limits {what} und bis zu {most} Namen mit Kommas dazwischen, oder all.",
    Say.NO_SUCH_LIMIT: "„{given}“ ist kein Limit. Es gibt: {limits}.",
    Say.BAD_LIMIT: "„{given}“ ist weder off noch eine ganze Zahl bis {most}.",
    Say.BAD_OVERRIDE: (
        "„{given}“ passt nicht: Nur member_daily lässt sich für ein einzelnes member:ID oder eine role:ID setzen."
    ),
    Say.NO_CHANNEL_HERE: "Hier gibt es keine Kanäle zur Auswahl.",
    Say.NO_AGES_HERE: "Hier gibt es keine altersbeschränkten Kanäle. Es wurde nichts geändert.",
    Say.NO_SERVER_HERE: "Hier ist kein Server. Sende das bitte in dem Server oder der Gruppe, die du meinst.",
    Say.LIMIT_CHANGED: "{limit} ist jetzt {new}. Vorher: {old}.",
    Say.LIMIT_UNCHANGED: "Das ist schon so. Es wurde nichts geändert.",
    Say.LIMITS_INTRO: "Was hier ausgegeben werden darf:",
    Say.LIMIT_MEMBER_DAILY: "member_daily, je Mitglied und Tag: {most}. Du hast heute {used:credits} ausgegeben.",
    Say.LIMIT_SERVER_DAILY: "server_daily, alle zusammen am Tag: {most}. Heute ausgegeben: {used:credits}.",
    Say.LIMIT_SERVER_MONTHLY: (
        "server_monthly, alle zusammen im Monat: {most}. Diesen Monat ausgegeben: {used:credits}."
    ),
    Say.LIMIT_MEMBER_RUNNING: "member_running, je Mitglied gleichzeitig: {most}. Du hast {used:videos} in Arbeit.",
    Say.LIMIT_PER_VIDEO: "per_video, ein Video: {most}.",
    Say.LIMIT_OVERRIDE: "member_daily für {who}: {most}.",
    Say.LIMIT_OF: "{limit} für {who}",
    Say.LIMIT_MODELS: "models (Modelle): {names}.",
    Say.LIMIT_CHANNELS: "channels (Kanäle): {names}.",
    Say.LIMIT_AGE_RESTRICTED: "age-restricted (altersbeschränkt): {rule}.",
    Say.LIMIT_SPOILER: "spoiler (verdeckt): {state}.",
    Say.LIMIT_POOL: "pool (Serverkasse): {state}. Der Server hat {balance:credits}.",
    Say.LIMITS_RESET: (
        "Ein neuer Tag beginnt {day:when} (in {day_wait:duration}), ein neuer Monat {month:when} (in "
        "{month_wait:duration})."
    ),
    Say.LIMIT_OFF: "aus",
    Say.LIMIT_ON: "an",
    Say.LIMIT_ALL: "alle",
    Say.LIMIT_NONE: "keine",
    Say.LIMIT_AS_ALL: "wie bei allen anderen",
    Say.LIMIT_AGE_ANY: "jeder Kanal",
    Say.LIMIT_AGE_ONLY: "nur altersbeschränkte Kanäle",
    Say.LIMIT_AGE_NEVER: "nie in altersbeschränkten Kanälen",
    Say.VIDEOS: "{price:videos}",
    Say.OVER_EVERYWHERE_MEMBER_DAILY: (
        "Bei diesem Bot darf jede Person am Tag {most:credits} ausgeben; du hast noch {left:credits}, und das kostet "
        "{amount:credits}. Neu gezählt wird ab {resets:when} (in {wait:duration}). Es wurde nichts berechnet."
    ),
    Say.OVER_EVERYWHERE_SERVER_DAILY: (
        "Bei diesem Bot dürfen alle zusammen am Tag {most:credits} ausgeben; ihr habt noch {left:credits}, und das "
        "kostet {amount:credits}. Neu gezählt wird ab {resets:when} (in {wait:duration}). Es wurde nichts berechnet."
    ),
    Say.OVER_EVERYWHERE_SERVER_MONTHLY: (
        "Bei diesem Bot dürfen alle zusammen im Monat {most:credits} ausgeben; ihr habt noch {left:credits}, und "
        "das kostet {amount:credits}. Neu gezählt wird ab {resets:when} (in {wait:duration}). Es wurde nichts "
        "berechnet."
    ),
    Say.OVER_EVERYWHERE_MEMBER_RUNNING: (
        "Bei diesem Bot darfst du {most:videos} gleichzeitig in Arbeit haben. Warte bitte, bis eins fertig ist. Es "
        "wurde nichts berechnet."
    ),
    Say.OVER_EVERYWHERE_PER_VIDEO: (
        "Bei diesem Bot darf ein Video {most:credits} kosten, und dieses kostet {amount:credits}. Es wurde nichts "
        "berechnet."
    ),
    Say.CHARGED_POOL: "Dem Server berechnet: {price:credits} · {job}",
    Say.GIVEN_BACK_POOL: "Nichts berechnet, {price:credits} an den Server zurückgegeben · {job}",
    Say.HELD_POOL: "{price:credits}, der Server zahlt · {job}",
    Say.GRANT_USAGE: (
        "Schreib {command}, dann wer (plattform:id, me oder server), wie viele Credits und warum: {command} server 500 "
        "ein Preis"
    ),
    Say.NAMES_NOBODY: "„{given}“ benennt niemanden: Schreib plattform:id, me oder server.",
    Say.BAD_AMOUNT: "„{given}“ ist keine ganze Zahl von 1 bis {most}.",
    Say.TAKE_TOO_MUCH: "{who} hat {balance:credits}. Es wurde nichts abgezogen.",
    Say.CREDITS_MOVED: "{who} hat jetzt {balance:credits}.",
    Say.NO_SUCH_PROVIDER: "Einen Anbieter „{given}“ gibt es nicht. Es gibt: {providers}.",
    Say.PAUSED: (
        "Pausiert: {providers}. Laufende Videos werden fertig; wartende gehen zu einem anderen Anbieter mit demselben "
        "Modell und warten, wo es keinen gibt."
    ),
    Say.PAUSED_ALREADY: "Schon pausiert: {providers}.",
    Say.RESUMED: "Wieder in Betrieb: {providers}.",
    Say.NOT_PAUSED: "Nicht pausiert: {providers}.",
    Say.ABOUT_LIMITS: "Was hier ausgegeben werden darf: ansehen und festlegen",
    Say.ABOUT_GRANT: "Einer Person oder einem Server Credits geben",
    Say.ABOUT_TAKE: "Credits abziehen",
    Say.ABOUT_PAUSE: "Einem oder allen Anbietern keine neuen Videos geben",
    Say.ABOUT_RESUME: "Pausierte Anbieter wieder nutzen",
    # blocks, waits and reports
    Say.BLOCK_USAGE: (
        'Schreib {command} words, dann Wörter, "mehrere Wörter" oder re:Muster · {command} person plattform:id und '
        "einen Grund · {command} server und einen Grund. /blocked zeigt, was gesperrt ist."
    ),
    Say.BLOCK_ELSEWHERE: "Admins sperren für einen Server oder eine Gruppe. Sende das bitte dort.",
    Say.WORDS_USAGE: (
        "Schreib bis zu {most} Wörter, zusammengehörige in Anführungszeichen, und dahinter re: mit einem Muster, wenn "
        "du eins willst."
    ),
    Say.BAD_WORD: (
        "„{given}“ lässt sich nicht sperren: Ein Wort hat einen Buchstaben oder eine Ziffer und höchstens {most} "
        "Zeichen."
    ),
    Say.BAD_PATTERN: "Dieses Muster geht nicht: {why}. Es wurde nichts geändert.",
    Say.NAMES_NO_PERSON: "„{given}“ benennt niemanden: Schreib plattform:id.",
    Say.TOO_MANY_BLOCKS: "Die Liste ist voll: Sie fasst {most} Einträge. Es wurde nichts geändert.",
    Say.TOO_MANY_PATTERNS: "Die Liste fasst {most} Muster. Es wurde nichts geändert.",
    Say.BLOCKED_HERE: "Hier gesperrt: {what}.",
    Say.BLOCKED_EVERYWHERE: "Überall gesperrt: {what}.",
    Say.BLOCKED_ALREADY: "Schon gesperrt: {what}.",
    Say.UNBLOCKED: "Nicht mehr gesperrt: {what}.",
    Say.NOT_BLOCKED: "Nicht gesperrt: {what}.",
    Say.NOTHING_BLOCKED: "Nichts ist gesperrt.",
    Say.BLOCKS_HERE: "Hier gesperrt:",
    Say.BLOCKS_EVERYWHERE: "Überall gesperrt:",
    Say.MORE_BLOCKED: "… und {count} weitere: reelbot blocks list zeigt sie.",
    Say.WORDS_BLOCKED: "In deinem Text steht etwas, das hier nicht erlaubt ist. Es wurde nichts berechnet.",
    Say.WORDS_NOT_CHECKED: (
        "Dein Text ließ sich nicht schnell genug prüfen; kürze ihn bitte. Es wurde nichts berechnet."
    ),
    Say.PERSON_BLOCKED: "Du darfst mit diesem Bot keine Videos machen. Es wurde nichts berechnet.",
    Say.PERSON_BLOCKED_HERE: "Die Admins hier lassen dich keine Videos machen. Es wurde nichts berechnet.",
    Say.SERVER_BLOCKED: "Auf diesem Server dürfen keine Videos gemacht werden. Es wurde nichts berechnet.",
    Say.COOLING_DOWN: (
        "Mehrere deiner Wünsche wurden wegen ihres Inhalts abgelehnt; der nächste geht ab {until:when} (in "
        "{wait:duration}). Es wurde nichts berechnet."
    ),
    Say.REPORT_USAGE: (
        "Sag bitte, welches Video und was damit nicht stimmt: /report, seine Nummer und ein paar Worte."
    ),
    Say.NOTHING_TO_REPORT: "Hier gibt es kein Video mit der Nummer {job}.",
    Say.REPORTED: "Danke. Wer diesen Bot betreibt, erfährt es.",
    Say.REPORTED_HERE: (
        "Danke. Wer diesen Bot betreibt, erfährt es, und auch die Admins hier, soweit ich sie erreiche."
    ),
    Say.ADMIN_REPORT: (
        "Jemand meldet Video {job}, sichtbar auf deinem Server oder in deiner Gruppe, gemacht von {maker}: „{prompt}“. "
        "Dazu heißt es: „{reason}“. Sieh es dir bitte an und lösche die Nachricht, wenn sie dort nicht hingehört. "
        "/block person {maker} verhindert weitere."
    ),
    Say.ADMIN_REPORT_BARE: (
        "Jemand meldet Video {job}, sichtbar auf deinem Server oder in deiner Gruppe, gemacht von {maker}: „{prompt}“. "
        "Sieh es dir bitte an und lösche die Nachricht, wenn sie dort nicht hingehört. /block person {maker} "
        "verhindert weitere."
    ),
    Say.REPORTED_BEFORE: "Dieses Video hast du schon gemeldet. Danke.",
    Say.REPORTS_ENOUGH: "Du hast fürs Erste genug gemeldet. Warte bitte eine Stunde.",
    Say.ABOUT_BLOCK: "Wörter, Personen oder einen Server sperren",
    Say.ABOUT_UNBLOCK: "Eine Sperre aufheben",
    Say.ABOUT_BLOCKED: "Was gesperrt ist",
    Say.ABOUT_REPORT: "Ein Video melden, das nicht sein sollte",
}

_REASONS: Mapping[Reason, str] = {
    Reason.CONTENT: "Der Videodienst hat diesen Wunsch wegen seines Inhalts abgelehnt.",
    Reason.INPUT: "Der Videodienst konnte mit diesem Wunsch nichts anfangen. Ändere bitte den Text oder das Foto.",
    Reason.PROVIDER: "Der Videodienst hat dieses Video nicht geschafft. Versuch es bitte noch einmal.",
    Reason.NO_PROVIDER: "Gerade kann das kein Videodienst machen. Versuch es bitte später noch einmal.",
    Reason.WAITED_TOO_LONG: "Es kam nicht rechtzeitig an die Reihe. Versuch es bitte später noch einmal.",
    Reason.NEVER_CAME: "Das Video ist nie angekommen.",
    Reason.NO_ANSWER: "Niemand hat Ja gesagt, darum wurde es nicht gemacht.",
    Reason.DECLINED: "Nicht gemacht.",
    Reason.BY_PERSON: "Gestoppt, wie du wolltest.",
    Reason.BY_OPERATOR: "Beendet von denen, die diesen Bot betreiben.",
    Reason.NOT_ALLOWED: "Während es wartete, wurden die Limits geändert; jetzt erlauben sie es nicht mehr.",
    Reason.PLACE_GONE: "Das Video ist fertig, ließ sich aber dort, wo du es wolltest, nicht posten.",
    Reason.CLIP_GONE: "Den Clip gibt es nicht mehr.",
    Reason.TOO_LARGE: "Das Video ist fertig, aber zu groß, um es hier zu posten.",
    Reason.BUG: "Bei uns ist etwas schiefgegangen. Es ist notiert, und wer diesen Bot betreibt, sieht es.",
}

_STATES: Mapping[str, str] = {
    "asking": "wartet auf dein Ja",
    "queued": "wartet",
    "submitting": "wird beauftragt",
    "rendering": "wird gemacht",
    "fetching": "wird geholt",
    "delivering": "wird geliefert",
    "unsure": "ungewiss",
    "overdue": "verspätet",
    "delivered": "fertig",
    "failed": "fehlgeschlagen",
    "cancelled": "abgebrochen",
    "undelivered": "nicht zugestellt",
}

_PAGE: Mapping[str, str] = {
    # frame
    "language": "de",
    "title": "Reelbot",
    "tagline": "Aus Text und Fotos werden Videos",
    "skip": "Zum Textfeld springen",
    "needs_script": "Dieser Chat braucht JavaScript und lädt keins von anderswo.",
    "conversation": "Gespräch",
    "you": "Du",
    "new_messages": "Neue Nachrichten",
    "today": "Heute",
    "yesterday": "Gestern",
    # empty state
    "welcome": "Was soll dein Video zeigen?",
    "welcome_more": "Beschreib eine Szene, füg gern ein Foto hinzu und sieh zu, wie sie lebendig wird.",
    "example_1": "Ein Papierboot treibt in der Dämmerung eine verregnete Straße hinunter [Tracking shot]",
    "example_2": "Eine Katze lächelt im warmen Morgenlicht [Zoom in]",
    "example_3": "Nordlichter über einem stillen Bergsee [Pan right]",
    "example_4": "/help",
    "example_4_label": "Was kannst du noch?",
    # composer
    "composer": "Schreib eine Nachricht",
    "placeholder": "Beschreib dein Video …",
    "attach": "Foto hinzufügen",
    "send": "Senden",
    "camera": "Kamera",
    "camera_title": "Eine Kamerabewegung in den Text setzen",
    "model": "Modell",
    "seconds": "Länge",
    "resolution": "Größe",
    "second_unit": "{n} s",
    "first_frame": "Erstes Bild",
    "last_frame": "Letztes Bild",
    "swap": "Erstes und letztes Bild tauschen",
    "remove": "{name} entfernen",
    "drop": "Bis zu zwei Fotos hier ablegen: erstes Bild, letztes Bild",
    "commands": "Befehle",
    "hint_keys": "Enter sendet · Umschalt + Enter beginnt eine neue Zeile · / zeigt die Befehle",
    # notes and clips
    "progress": "Fortschritt des Videos",
    "percent": "{n} %",
    "clip_of": "Video: {prompt}",
    "download": "Herunterladen",
    "clip_ready": "Dein Video ist fertig.",
    "clip_gone": "Dieser Clip ist nicht mehr gespeichert.",
    "delete_sure": "Endgültig löschen?",
    # trouble
    "reconnecting": "Verbindung verloren. Neuer Versuch …",
    "sending": "Wird gesendet …",
    "not_sent": "Nicht gesendet.",
    "retry": "Noch einmal",
    "discard": "Verwerfen",
    "failed": "Bei uns ist etwas schiefgegangen. Nichts ist verloren: Versuch es noch einmal.",
    "offline": "Der Server ist nicht erreichbar.",
    "not_yet": "Der Bot startet noch. Versuch es bitte gleich noch einmal.",
    "not_a_photo": "„{name}“ ist kein Foto.",
    "too_many": "Höchstens zwei Fotos: das erste Bild und das letzte.",
    "too_large": "„{name}“ ist zu groß: Ein Foto darf 25 MB haben.",
    "nothing_said": "Schreib, was das Video zeigen soll, oder füg ein Foto hinzu.",
    "text_too_long": "Der Text ist zu lang: höchstens {n} Zeichen.",
    "unreadable": "Die Nachricht kam beschädigt an. Sende sie bitte noch einmal.",
    "unknown_person": "Lade die Seite bitte neu: Dieser Browser ist hier nicht bekannt.",
    # log-in
    "login": "Anmelden",
    "login_more": "Dieser Reelbot ist privat.",
    "password": "Passwort",
    "wrong_password": "Das ist nicht das Passwort.",
    "too_many_tries": "Zu viele Versuche. Warte bitte {n} Sekunden.",
    "no_password_set": "Die Anmeldung ist geschlossen: Wer den Bot betreibt, muss erst ADMIN_PASSWORD setzen.",
    "login_needed": "Melde dich bitte erst an.",
    # what the server refuses, whatever asked for it
    "refused_not_allowed": "Das ist nicht erlaubt.",
    "refused_nothing_here": "Hier ist nichts.",
    "refused_kind": "Diese Adresse nimmt solche Anfragen nicht an.",
    "refused_too_large": "Das ist größer, als dieser Server annimmt.",
    "refused_too_large_pictures": "Das ist größer, als dieser Server annimmt: höchstens zwei Bilder mit je 25 MB.",
    "refused_otherwise": "Diese Anfrage lässt sich nicht beantworten.",
    "refused_database": "Die Datenbank ist gerade nicht erreichbar: Es wurde nichts geändert. Versuch es noch einmal.",
    "refused_name": "Dieser Server hört nicht auf diesen Namen: Setz PUBLIC_URL auf die Adresse, die du benutzt.",
    "refused_other_site": "Diese Anfrage kam nicht von einer Seite dieses Servers.",
    "refused_link_expired": "Dieser Link ist abgelaufen: Öffne den Chat neu, dann bekommst du einen frischen.",
    "refused_file_deleted": "Diese Datei wurde gelöscht.",
    "refused_callback_unreadable": "Dieser Callback ist nicht lesbar.",
    "refused_callback_slow": "Der Callback kam zu langsam an.",
    "refused_callback_later": "Jetzt nicht: Bitte noch einmal aufrufen.",
    "refused_form": "Dieses Formular gehört nicht zu dieser Sitzung: Es wurde nichts geändert. Lade die Seite neu.",
    "refused_chart": "Das Bild ließ sich nicht zeichnen: In der Tabelle stehen dieselben Zahlen.",
}

_NAMES: Mapping[str, str] = {
    # commands
    "video": "video",
    "again": "nochmal",
    "job": "auftrag",
    "jobs": "aufträge",
    "cancel": "abbrechen",
    "credits": "guthaben",
    "models": "modelle",
    "help": "hilfe",
    "privacy": "datenschutz",
    "export": "export",
    "forget": "vergessen",
    "language": "sprache",
    "usage": "nutzung",
    "grant": "gutschreiben",
    "take": "abziehen",
    "pause": "pausieren",
    "resume": "fortsetzen",
    "blocked": "gesperrt",
    "report": "melden",
    # what stands behind /limits, /block and /unblock
    "show": "zeigen",
    "set": "setzen",
    "channels": "kanäle",
    "age-restricted": "altersbeschränkt",
    "spoiler": "spoiler",
    "pool": "serverkasse",
    "words": "wörter",
    "person": "person",
    "server": "server",
    # options
    "prompt": "beschreibung",
    "image": "bild",
    "last_image": "letztes_bild",
    "model": "modell",
    "seconds": "sekunden",
    "resolution": "auflösung",
    "camera": "kamera",
    "id": "nummer",
    "code": "sprache",
    "confirm": "bestätigen",
    "limit": "limit",
    "value": "wert",
    "member": "mitglied",
    "role": "rolle",
    "names": "namen",
    "channel": "kanal",
    "channel_2": "kanal_2",
    "channel_3": "kanal_3",
    "channel_4": "kanal_4",
    "channel_5": "kanal_5",
    "all": "alle",
    "where": "wo",
    "on": "an",
    "who": "wer",
    "amount": "anzahl",
    "reason": "grund",
    "provider": "anbieter",
    "pattern": "muster",
    "here": "hier",
    "days": "tage",
}

GERMAN = Language(
    name="Deutsch",
    sentences=_SENTENCES,
    reasons=_REASONS,
    states=_STATES,
    page=_PAGE,
    names=_NAMES,
    counts=Counts(
        credits=counted("Credit", "Credits", thousands="."),
        videos=counted("Video", "Videos", thousands="."),
        # A length of time stands behind "in" wherever a sentence has one, and "in" asks for the dative.
        seconds=counted("Sekunde", "Sekunden"),
        minutes=counted("Minute", "Minuten"),
        hours=counted("Stunde", "Stunden"),
        days=counted("Tag", "Tagen"),
    ),
)
