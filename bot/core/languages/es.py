"""Spanish: what the bot says to people who read it, in words that are at home on both sides of the ocean."""

from collections.abc import Mapping

from bot.core.language import Counts, Language, counted
from bot.core.model import Reason
from bot.core.sentences import Say

_SENTENCES: Mapping[Say, str] = {
    Say.UNKNOWN_COMMAND: "No conozco {command}. Con /help ves lo que sé hacer.",
    Say.NOT_A_JOB_ID: "«{given}» no es el id de un video. /jobs muestra los tuyos.",
    Say.JOB_ID_NEEDED: "Dime qué video: {command} y su id. /jobs muestra los tuyos.",
    Say.BAD_SECONDS: "«{given}» no es una duración. Escribe seconds=6, por ejemplo.",
    Say.BAD_SPOILER: "«{given}» no es ni on ni off. Escribe spoiler=on para que el clip salga tapado.",
    Say.UNKNOWN_CAMERA_MOVE: "«{given}» no es un movimiento de cámara. /models los muestra.",
    Say.BRACKET_PASSED_OVER: (
        "«[{given}]» no es un movimiento de cámara, así que lo leo como parte de la escena. /models los muestra."
    ),
    Say.TOO_MANY_MOVES: "En un par de corchetes caben como mucho {most} movimientos de cámara.",
    Say.TROUBLE: "Ahora mismo no puedo guardar nada, así que no se inició ni se cobró nada. Inténtalo de nuevo.",
    Say.OPERATOR_KEY: (
        "{provider} rechaza nuestra clave. Revisa {variable}_API_KEY. Se vuelve a probar cada diez minutos; mientras "
        "tanto, sus videos van a otros servicios del mismo modelo o terminan sin cargo. Respondió: {trouble}"
    ),
    Say.OPERATOR_BALANCE: (
        "{provider} dice que nuestro saldo se agotó. Recárgalo, por favor. Se vuelve a probar cada diez minutos; "
        "mientras tanto, sus videos van a otros servicios del mismo modelo o terminan sin cargo. Respondió: {trouble}"
    ),
    Say.OPERATOR_PLAN: (
        "{provider} no está en nuestro plan o ya no existe. Se vuelve a probar cada diez minutos; mientras tanto, sus "
        "videos van a otros servicios del mismo modelo o terminan sin cargo. Respondió: {trouble}"
    ),
    Say.OPERATOR_ADDRESS: (
        "{provider} no aparece en su dirección. Revisa {variable}_BASE_URL. Se vuelve a probar cada diez minutos; "
        "mientras tanto, sus videos van a otros servicios del mismo modelo o terminan sin cargo. Respondió: {trouble}"
    ),
    Say.OPERATOR_UNSURE: (
        "Se perdió la respuesta de {provider} a la llamada pagada del video {job}, así que nadie sabe si se está "
        "haciendo. Se devolvieron sus créditos. Si lo encuentras en {provider}, su id de tarea lo recupera: reelbot "
        "jobs settle {job} --ticket ID"
    ),
    Say.OPERATOR_UNSURE_MANY: (
        "Se perdieron las respuestas de {provider} a las llamadas pagadas de {count:videos}, así que nadie sabe si se "
        "están haciendo. Se devolvieron sus créditos. reelbot jobs list --state unsure los muestra; un id de tarea que "
        "encuentres en {provider} recupera uno: reelbot jobs settle {job} --ticket ID"
    ),
    Say.OPERATOR_DISK: (
        "El disco está casi lleno: quedan {free} libres ({percent} %). Cuando se llene no se podrá guardar nada ni "
        "traer ningún clip. Haz sitio o guarda los clips menos días (KEEP_DAYS)."
    ),
    Say.OPERATOR_DRIFT: (
        "Las cuentas no cuadran en {count} sitios. El primero: «{rule}» no se cumple en {where}; se esperaba "
        "{expected} y se encontró {found}. reelbot ledger verify los muestra todos. Te lo diré una vez al día mientras "
        "dure."
    ),
    Say.OPERATOR_REPORT: "{who} denuncia el video {job} ({where}): «{reason}». Míralo con: reelbot jobs show {job}",
    Say.OPERATOR_REPORT_BARE: "{who} denuncia el video {job} ({where}). Míralo con: reelbot jobs show {job}",
    Say.NO_SUCH_JOB: "No tienes ningún video con el id {job}. /jobs muestra los tuyos.",
    Say.NO_JOB_YET: "Todavía no has hecho ningún video. Escribe qué debe mostrar y listo.",
    Say.NOTHING_RUNS: "Ahora mismo no se está haciendo ninguno de tus videos.",
    Say.HELP: (
        "Escribe qué debe mostrar el video y, si quieres, añade una foto: será el primer fotograma; una segunda, el "
        "último. Las opciones van al final: model=… seconds=6 768P. Los movimientos de cámara van entre corchetes: "
        "[Zoom in].\n\n{commands}"
    ),
    Say.PRIVACY: (
        "Guardo tus textos, fotos y clips {days} días para poder entregarlos, y los créditos que gastaste para las "
        "cuentas. Los textos y las fotos van al servicio que hace el video: {providers}. Nadie más los ve. /export te "
        "da tus videos y recibos; /forget lo borra todo, salvo que fuiste bloqueado."
    ),
    Say.LANGUAGES: "Hablo: {languages}. Elige con /language y el código.",
    Say.LANGUAGE_SET: "A partir de ahora te hablo en español.",
    Say.NO_SUCH_LANGUAGE: "No hablo «{given}». Hablo: {languages}.",
    Say.FORGET_FIRST_ASK: (
        "Esto borra para siempre tus textos, fotos, clips y esta conversación, detiene lo que esté en marcha y no "
        "devuelve nada. Si es lo que quieres, envía «/forget yes»."
    ),
    Say.FORGOTTEN: "Todo está borrado. En las cuentas solo quedan importes sin tu nombre.",
    Say.EXPORTED: "Aquí está todo lo que tengo de ti: videos, imágenes, mensajes, créditos y todos los recibos.",
    Say.EXPORTED_IN_PART: (
        "Aquí está todo lo que tengo de ti, menos {count} de las imágenes y clips: este chat no acepta archivos más "
        "grandes. El documento de dentro los nombra, y /job con el id de un video envía su clip otra vez."
    ),
    Say.EMPTY_PROMPT: "Di qué debe mostrar el video o añade una foto.",
    Say.PROMPT_NEEDED: "{model} necesita unas palabras junto a la foto. Sin palabras puedes usar: {models}.",
    Say.PROMPT_TOO_LONG: "Tu texto tiene {length} caracteres; {model} acepta como mucho {most}.",
    Say.PROMPT_TOO_LONG_FOR: (
        "Tu texto tiene {length} caracteres; {model} acepta como mucho {most}. Para textos más largos hay: {models}."
    ),
    Say.NO_SUCH_MODEL: "No hay ningún modelo llamado «{given}». Hay: {models}.",
    Say.NOTHING_NEEDS_NO_PICTURE: "Aquí todos los modelos necesitan una foto de partida. Añade una.",
    Say.NOTHING_TAKES_A_PICTURE: "Aquí ningún modelo acepta fotos. Pídelo sin foto.",
    Say.NOTHING_TAKES_TWO_PICTURES: "Aquí ningún modelo acepta un último fotograma. Envía una sola foto.",
    Say.NOTHING_HAS_MOVES: "Aquí ningún modelo sigue [{move}] de esa forma. Quita los corchetes.",
    Say.NOTHING_NEEDS_NO_WORDS: "Escribe unas palabras junto a la foto: aquí todos los modelos las necesitan.",
    Say.MODEL_NEEDS_PICTURE: "{model} necesita una foto de partida. Sin foto puedes usar: {models}.",
    Say.MODEL_NEEDS_NO_PICTURE: "{model} no acepta fotos. Con foto puedes usar: {models}.",
    Say.MODEL_TAKES_ONE_PICTURE: (
        "{model} solo acepta un primer fotograma. Con un último fotograma puedes usar: {models}."
    ),
    Say.MODEL_HAS_NO_MOVES: "{model} no sigue [{move}]. Estos sí: {models}.",
    Say.NO_SUCH_FORMAT: "Esa duración y ese tamaño no se hacen aquí. Puedes pedir: {formats}.",
    Say.MODEL_NOT_ALLOWED: "Los admins no permiten {model} aquí. Permitidos: {models}.",
    Say.CHANNEL_NOT_ALLOWED: "Los admins no permiten videos en este canal.",
    Say.ONLY_AGE_RESTRICTED: "Los admins solo permiten videos en canales con restricción de edad. No se cobró nada.",
    Say.NOT_AGE_RESTRICTED: "Los admins no permiten videos en canales con restricción de edad. No se cobró nada.",
    Say.NOBODY_CAN: ("Ahora mismo no hay ningún servicio de video disponible. Inténtalo más tarde; no se cobró nada."),
    Say.TOO_MANY_PICTURES: "Dos fotos como mucho: el primer fotograma y el último.",
    Say.MODEL_LINE: "{model}: {formats}",
    Say.MODELS_INTRO: "Esto es lo que sé hacer:",
    Say.PRICE: "{price:credits}",
    Say.PRICE_RANGE: "{least} a {most:credits}",
    Say.FROM_TEXT: "a partir de texto",
    Say.FROM_PHOTO: "de una foto",
    Say.FROM_TWO: "del primer y el último fotograma",
    Say.MOVES_LINE: "Movimientos de cámara, entre corchetes en tu texto: {moves}.",
    Say.PICTURE_NOT_A_PICTURE: (
        "Ese archivo no es una foto que yo pueda leer. Sirven JPEG, PNG, WebP, HEIC, AVIF y GIF."
    ),
    Say.PICTURE_DAMAGED: "Esa foto está dañada o incompleta. Envíala otra vez.",
    Say.PICTURE_TOO_LARGE_FILE: "Esa foto pesa demasiado: {most_mb} MB como mucho.",
    Say.PICTURE_TOO_MANY_PIXELS: "Esa foto tiene demasiados píxeles: {most_megapixels} megapíxeles como mucho.",
    Say.PICTURE_TOO_SMALL: (
        "Esa foto es demasiado pequeña ({width}×{height}): su lado corto necesita al menos {least} píxeles."  # noqa: RUF001
    ),
    Say.PICTURE_TOO_LONG: "Esa foto es demasiado larga y estrecha: {ratio} como mucho.",
    Say.PICTURE_TOOK_TOO_LONG: "Esa foto tardó demasiado en leerse. Prueba con otra.",
    Say.PICTURE_FIRST_FRAME_ONLY: "La imagen era animada; uso su primer fotograma.",
    Say.PICTURE_NOT_KEPT: "Ya no tengo esa foto: las fotos se guardan {days} días. Envíala otra vez.",
    Say.PROMPT_NOT_KEPT: "Ya no tengo el texto de ese video: se guarda {days} días. Escríbelo de nuevo.",
    Say.PICTURE_PADDED: "La foto era muy alargada, así que le añadí bordes.",
    Say.NOT_ENOUGH: (
        "Eso cuesta {price:credits} y tienes {balance:credits}. No se cobró nada. Quien gestiona este bot puede darte "
        "más: reelbot credits grant {user} 100"
    ),
    Say.OVER_MEMBER_DAILY: (
        "Aquí puedes gastar {most:credits} al día; dispones de {left:credits} y esto cuesta {amount:credits}. La "
        "cuenta vuelve a cero el {resets:when} (en {wait:duration}). No se cobró nada."
    ),
    Say.OVER_SERVER_DAILY: (
        "Este servidor puede gastar {most:credits} al día; dispone de {left:credits} y esto cuesta {amount:credits}. "
        "La cuenta vuelve a cero el {resets:when} (en {wait:duration}). No se cobró nada."
    ),
    Say.OVER_SERVER_MONTHLY: (
        "Este servidor puede gastar {most:credits} al mes; dispone de {left:credits} y esto cuesta {amount:credits}. "
        "La cuenta vuelve a cero el {resets:when} (en {wait:duration}). No se cobró nada."
    ),
    Say.OVER_MEMBER_RUNNING: (
        "Aquí puedes tener {most:videos} en marcha a la vez. Espera a que termine uno. No se cobró nada."
    ),
    Say.OVER_PER_VIDEO: ("Aquí un video puede costar {most:credits} y este cuesta {amount:credits}. No se cobró nada."),
    Say.CREDITS: "Tienes {balance:credits}.",
    Say.CREDITS_HELD: "Además, {held:credits} en reserva para videos en marcha.",
    Say.CREDITS_NEXT: "El próximo video cuesta desde {price:credits}.",
    Say.CREDITS_DAILY: "Cada día tu saldo se completa hasta {amount:credits}.",
    Say.CREDITS_LEFT_HERE: "Aquí todavía puedes gastar hoy {left:credits}, de {most:credits}.",
    Say.CREDITS_POOL_HERE: "Aquí paga el servidor mientras pueda: tiene {balance:credits}.",
    Say.RECEIPT_SPENT: "{at:when} · {amount:credits} por el video {job}",
    Say.RECEIPT_GRANT: "{at:when} · ingreso de {amount:credits} ({why})",
    Say.RECEIPT_TAKE: "{at:when} · retiro de {amount:credits} ({why})",
    Say.RECEIPT_RELEASED: "{at:when} · {amount:credits} de vuelta por el video {job}",
    Say.RECEIPT_HELD: "{at:when} · {amount:credits} en reserva para el video {job}",
    Say.ASKING: "Este video cuesta {price:credits}. ¿Lo hago?",
    Say.QUEUED: "Esperando su turno.",
    Say.QUEUED_AT: "Número {position} en la cola.",
    Say.QUEUED_AT_ABOUT: "Número {position} en la cola; tardará cerca de {seconds:duration}.",
    Say.SUBMITTING: "Haciendo el pedido.",
    Say.RENDERING: "En marcha.",
    Say.RENDERING_ABOUT: "En marcha; tardará aún cerca de {seconds:duration}.",
    Say.RENDERING_PERCENT: "En marcha, {percent} %.",
    Say.FETCHING: "Terminado, lo estoy trayendo.",
    Say.DELIVERING: "Aquí llega.",
    Say.DELIVERED: "Aquí está tu video.",
    Say.UNSURE: (
        "Se perdió la respuesta del servicio de video, así que nadie sabe si se hará. Si aparece, te lo llevas gratis."
    ),
    Say.OVERDUE: "Esto tarda demasiado. Si el video llega de todos modos, te lo llevas gratis.",
    Say.FAILED: "{reason:reason}",
    Say.CANCELLED: "{reason:reason}",
    Say.UNDELIVERED: "{reason:reason}",
    Say.DELETED: "Borrado.",
    Say.CANCEL_ASKED: "Lo detengo, si todavía se puede.",
    Say.CANCEL_REFUSED: "Ya no se pudo detener: el video llegará y se cobrará.",
    Say.CANCEL_TOO_LATE: "Ese video ya terminó.",
    Say.MADE_OF: "{model} · {seconds} s · {resolution}",
    Say.CHARGED: "Cobrado: {price:credits} · {job}",
    Say.CHARGED_NOTHING: "Sin cobro · {job}",
    Say.GIVEN_BACK: "Sin cobro, {price:credits} de vuelta · {job}",
    Say.HELD: "{price:credits} · {job}",
    Say.JOB_LINE: "{job} · {state:state} · {prompt}",
    Say.JOBS_INTRO: "Tus últimos videos:",
    Say.EDIT_THIS: "Cambia el texto y envíalo otra vez.",
    Say.ANSWERED_BEFORE: "Esa pregunta ya tiene respuesta.",
    Say.REDELIVERING: "Envío el clip otra vez.",
    Say.STILL_UNDER_WAY: "Ese video sigue en marcha.",
    Say.CLIP_NOT_KEPT: "Ya no tengo ese clip: los clips se guardan {days} días.",
    Say.NOTHING_TO_DELETE: "No hay ningún clip que borrar.",
    Say.BUTTON_CANCEL: "Cancelar",
    Say.BUTTON_AGAIN: "Otra vez",
    Say.BUTTON_EDIT: "Editar texto",
    Say.BUTTON_DELETE: "Borrar",
    Say.BUTTON_YES: "Sí, hazlo",
    Say.BUTTON_NO: "No",
    Say.BUTTON_JOB: "Enviar otra vez",
    Say.BUTTON_REPORT: "Denunciar",
    Say.ABOUT_VIDEO: "Haz un video",
    Say.ABOUT_AGAIN: "Haz el mismo video una vez más",
    Say.ABOUT_JOB: "Muestra un video y envía su clip otra vez, gratis",
    Say.ABOUT_JOBS: "Tus últimos videos",
    Say.ABOUT_CANCEL: "Detén un video",
    Say.ABOUT_CREDITS: "Lo que tienes y lo que gastaste",
    Say.ABOUT_MODELS: "Lo que sé hacer y cuánto cuesta",
    Say.ABOUT_HELP: "Cómo pedir un video",
    Say.ABOUT_PRIVACY: "Lo que guardo y quién más lo ve",
    Say.ABOUT_EXPORT: "Tus videos, créditos y recibos en un archivo",
    Say.ABOUT_FORGET: "Borra todo lo que tengo sobre ti",
    Say.ABOUT_LANGUAGE: "Elige tu idioma",
    Say.ABOUT_USAGE: "Muestra lo que se hizo y se gastó en los últimos días",
    Say.BAD_DAYS: "«{given}» no es un número de días: escribe un número entero de 1 a {most}.",
    Say.USAGE_OF_ALL: "Los videos de todos",
    Say.USAGE_OF_SERVER: "Los videos de este servidor",
    Say.USAGE_OF_PERSON: "Tus videos",
    Say.USAGE_TOTAL: "Desde {first}: {videos:videos}, {failed} con error ({percent} % de éxito), {credits:credits}.",
    Say.USAGE_NOTHING: "No se hizo nada desde {first}.",
    Say.USAGE_DAY: "{day} · {videos:videos}, {failed} con error, {credits:credits}",
    Say.USAGE_MODELS: "Por modelo:",
    Say.USAGE_MODEL: "{model} · {videos:videos}, {failed} con error, {credits:credits}",
    Say.USAGE_SPENDERS: "Quién gastó más:",
    Say.USAGE_SPENDER: "{who} · {credits:credits}, {videos:videos}",
    Say.USAGE_CHART_TITLE: "Uso",
    Say.USAGE_CHART_VIDEOS: "Videos por día",
    Say.USAGE_CHART_CREDITS: "Créditos por día",
    Say.USAGE_CHART_MODELS: "Videos por modelo",
    Say.USAGE_CHART_SPENDERS: "Créditos por persona",
    Say.USAGE_MADE: "entregados",
    Say.USAGE_FAILED: "con error",
    Say.USAGE_CREDITS: "créditos",
    # Discord
    Say.PICTURE_NOT_LOADED: "No pude cargar esa foto desde Discord. Envíala otra vez. No se cobró nada.",
    Say.NOT_YOUR_BUTTON: "Ese botón es de quien pidió el video. Haz el tuyo con /video.",
    Say.NO_PICTURE_THERE: "En ese mensaje no hay ninguna imagen.",
    Say.WATCH_CLIP: "Ver el video",
    Say.ANIMATE_THIS: "Animar esta imagen",
    Say.DIALOG_TITLE_EDIT: "Editar texto",
    Say.DIALOG_TITLE_ANIMATE: "Animar esta imagen",
    Say.DIALOG_PROMPT: "¿Qué debe mostrar el video?",
    Say.DIALOG_PROMPT_HINT: "Un gato que sonríe [Zoom in]",
    Say.DIALOG_OPTIONS: "Opciones",
    Say.DIALOG_OPTIONS_HINT: "model=… seconds=6 resolution=768P",
    Say.DIALOG_FIRST_FRAME: "Primer fotograma",
    Say.DIALOG_LAST_FRAME: "Último fotograma, si quieres uno",
    Say.DIALOG_EXPIRED: "Pasó demasiado tiempo: ya no sé a qué imagen te referías. Elígela otra vez.",
    Say.OPTION_PROMPT: "Lo que debe mostrar el video",
    Say.OPTION_IMAGE: "El primer fotograma",
    Say.OPTION_LAST_IMAGE: "El último fotograma",
    Say.OPTION_MODEL: "Quién lo hace; si lo omites, el más barato que sirva",
    Say.OPTION_SECONDS: "Cuánto debe durar",
    Say.OPTION_RESOLUTION: "Qué tamaño debe tener, por ejemplo 768P",
    Say.OPTION_CAMERA: "Cómo se mueve la cámara; hasta tres movimientos separados por comas",
    Say.OPTION_JOB: "El id del video; si lo omites, el último",
    Say.OPTION_JOB_TO_SHOW: "El id del video; su clip se envía otra vez",
    Say.OPTION_JOB_TO_CANCEL: "El id del video; si lo omites, el último en marcha",
    Say.OPTION_LANGUAGE: "Cuál; si lo omites, te digo los que hay",
    Say.OPTION_CONFIRM: "Elige sí para borrarlo todo de verdad",
    Say.CHOICE_CONFIRM: "sí",
    Say.MODEL_CHOICE: "{model} · desde {price:credits}",
    Say.ABOUT_LIMITS_SHOW: "Lo que se puede gastar aquí y lo que ya se gastó",
    Say.ABOUT_LIMITS_SET: "Fija un límite",
    Say.ABOUT_LIMITS_MODELS: "Qué modelos se pueden usar aquí",
    Say.ABOUT_LIMITS_CHANNELS: "En qué canales se pueden hacer videos",
    Say.ABOUT_LIMITS_POOL: "Si los créditos del servidor pagan por sus miembros",
    Say.ABOUT_LIMITS_AGE_RESTRICTED: "Si se pueden hacer videos en canales con restricción de edad, o solo en ellos",
    Say.ABOUT_LIMITS_SPOILER: "Si los clips salen tapados hasta que alguien quiera verlos",
    Say.ABOUT_BLOCK_WORDS: "Palabras y patrones que una petición no debe contener",
    Say.ABOUT_BLOCK_PERSON: "Alguien que no puede hacer videos",
    Say.ABOUT_BLOCK_SERVER: "Un servidor en el que no se pueden hacer videos",
    Say.OPTION_LIMIT: "Qué límite",
    Say.OPTION_VALUE: "Un número, off para ninguno, o default",
    Say.OPTION_MEMBER: "Solo para este miembro; únicamente créditos por miembro al día",
    Say.OPTION_ROLE: "Solo para este rol; únicamente créditos por miembro al día",
    Say.OPTION_NAMES: "Sus nombres separados por comas, o all",
    Say.OPTION_CHANNEL: "Uno de los canales; los elegidos sustituyen a los de antes",
    Say.OPTION_ALL_CHANNELS: "Elige True para volver a permitirlos todos",
    Say.OPTION_POOL: "Elige True si es así",
    Say.OPTION_AGE_RESTRICTED: "Dónde se pueden hacer videos",
    Say.OPTION_COVERED: "Elige True si salen tapados",
    Say.OPTION_SPOILER: "Elige True para que el clip salga tapado hasta que alguien quiera verlo",
    Say.OPTION_DAYS: "Cuántos días atrás; si lo omites, 30",
    Say.OPTION_WHO: "@alguien, plataforma:id, me o server",
    Say.OPTION_AMOUNT: "Cuántos créditos",
    Say.OPTION_REASON: "Por qué, en pocas palabras",
    Say.OPTION_PROVIDER: "Su nombre; si lo omites, todos",
    Say.OPTION_WORDS: "Las palabras; las que van juntas, entre comillas",
    Say.OPTION_PATTERN: "Una expresión regular",
    Say.OPTION_PERSON: "Quién",
    Say.OPTION_SERVER: "discord:id del servidor; si lo omites, este",
    Say.OPTION_HERE: "Para quienes gestionan el bot: solo en este servidor",
    Say.OPTION_REPORTED_JOB: "El id del video",
    Say.CHOICE_MEMBER_DAILY: "member_daily: créditos, cada miembro al día",
    Say.CHOICE_SERVER_DAILY: "server_daily: créditos, todos juntos al día",
    Say.CHOICE_SERVER_MONTHLY: "server_monthly: créditos, todos juntos al mes",
    Say.CHOICE_MEMBER_RUNNING: "member_running: videos a la vez, cada miembro",
    Say.CHOICE_PER_VIDEO: "per_video: créditos, un video",
    # Telegram
    Say.TELEGRAM_NOT_YOURS: "Estos botones son para quien pidió el video.",
    Say.TELEGRAM_OLD_BUTTON: "Este botón ya no funciona. /jobs muestra tus videos.",
    Say.TELEGRAM_RIGHTS_UNKNOWN: "No pude averiguar si eres admin aquí. Inténtalo de nuevo.",
    Say.TELEGRAM_STICKER: "Para que un sticker se mueva, respóndele y escribe qué debe pasar.",
    Say.TELEGRAM_MOVING_STICKER: "Ese sticker ya se mueve. Sirve uno fijo, y también una foto.",
    Say.TELEGRAM_VIDEO: "Parto de fotos, no de videos. Envía una foto.",
    Say.TELEGRAM_ONLY_WORDS: "Entiendo texto y fotos. /help explica cómo pedir.",
    Say.TELEGRAM_NOT_FETCHED: "No se pudo cargar esa foto desde Telegram. Envíala otra vez.",
    Say.TELEGRAM_IN_PRIVATE: "Te respondí en nuestro chat privado.",
    Say.TELEGRAM_START_FIRST: "Eso es solo para ti. Abre primero nuestro chat privado.",
    Say.TELEGRAM_OPEN: "Abrir el chat privado",
    Say.TELEGRAM_CHOOSE: "Modelo, duración y tamaño",
    Say.TELEGRAM_CHOOSE_HOW: "Elige y luego responde a este mensaje con lo que debe mostrar tu video.",
    Say.TELEGRAM_MAKE: "Hacer el video",
    Say.TELEGRAM_LIMIT_BUTTON: "{limit}: {value}",
    Say.TELEGRAM_LIMIT_PICK: "¿Cuánto debe ser {limit}?",
    Say.TELEGRAM_LIMIT_TICKS: "{limit}: lo marcado está permitido. Con un toque lo cambias al momento.",
    Say.TELEGRAM_LIMIT_OTHER: "Otro número",
    Say.TELEGRAM_LIMIT_WRITE: "Responde a este mensaje con el número que debe ser {limit}, o con off.",
    Say.TELEGRAM_LIMIT_TOPIC: "Tema {topic}",
    Say.TELEGRAM_LIMIT_THIS_TOPIC: "Este tema ({topic})",
    Say.TELEGRAM_LIMIT_GENERAL: "Tema general",
    Say.TELEGRAM_LIMIT_MEANWHILE: "Los límites cambiaron entretanto, así que no se fijó nada. Así están ahora.",
    Say.TELEGRAM_LIMIT_BACK: "Atrás",
    # the web page
    Say.PRICE_AHEAD: "Esto cuesta {price:credits}. Tienes {balance:credits}.",
    Say.PRICE_AHEAD_ASKED: "Esto cuesta {price:credits}: se te preguntará antes. Tienes {balance:credits}.",
    Say.PRICE_AHEAD_TOO_MUCH: "Esto cuesta {price:credits}. Tienes {balance:credits} y no alcanza.",
    # admins and operators
    Say.ADMINS_ONLY: "Eso solo pueden hacerlo los admins de aquí. No se cambió nada.",
    Say.OPERATORS_ONLY: "Eso solo puede hacerlo quien gestiona este bot. No se cambió nada.",
    Say.ANONYMOUS: "Escribes de forma anónima, así que no habría a quién cobrar. Pídelo con tu nombre.",
    Say.LIMITS_ELSEWHERE: "Los límites son de un servidor o de un grupo. Envía eso allí.",
    Say.LIMITS_USAGE: (
        "Escribe /limits show · /limits set member_daily 50 (u off, o default; detrás member:ID o role:ID para uno "
        "solo) · /limits models all · /limits channels here · /limits age-restricted any · /limits spoiler off · "
        "/limits pool on. Los límites son: {limits}."
    ),
    Say.LIST_USAGE: "Escribe /limits {what} y hasta {most} nombres separados por comas, o all.",
    Say.NO_SUCH_LIMIT: "«{given}» no es un límite. Hay: {limits}.",
    Say.BAD_LIMIT: "«{given}» no es ni off ni un número entero hasta {most}.",
    Say.BAD_OVERRIDE: "«{given}» no encaja: solo member_daily se puede fijar para un member:ID o un role:ID.",
    Say.NO_CHANNEL_HERE: "Aquí no hay canales entre los que elegir.",
    Say.NO_AGES_HERE: "Aquí no hay canales con restricción de edad. No se cambió nada.",
    Say.NO_SERVER_HERE: "Aquí no hay ningún servidor. Envía eso en el servidor o grupo al que te refieres.",
    Say.LIMIT_CHANGED: "Ahora {limit}: {new}. Antes: {old}.",
    Say.LIMIT_UNCHANGED: "Ya estaba así. No se cambió nada.",
    Say.LIMITS_INTRO: "Lo que se puede gastar aquí:",
    Say.LIMIT_MEMBER_DAILY: "member_daily, cada miembro al día: {most}. Hoy has gastado {used:credits}.",
    Say.LIMIT_SERVER_DAILY: "server_daily, todos juntos al día: {most}. Gastado hoy: {used:credits}.",
    Say.LIMIT_SERVER_MONTHLY: "server_monthly, todos juntos al mes: {most}. Gastado este mes: {used:credits}.",
    Say.LIMIT_MEMBER_RUNNING: "member_running, cada miembro a la vez: {most}. Tienes {used:videos} en marcha.",
    Say.LIMIT_PER_VIDEO: "per_video, un video: {most}.",
    Say.LIMIT_OVERRIDE: "member_daily de {who}: {most}.",
    Say.LIMIT_OF: "{limit} de {who}",
    Say.LIMIT_MODELS: "models (modelos): {names}.",
    Say.LIMIT_CHANNELS: "channels (canales): {names}.",
    Say.LIMIT_AGE_RESTRICTED: "age-restricted (restricción de edad): {rule}.",
    Say.LIMIT_SPOILER: "spoiler (clips tapados): {state}.",
    Say.LIMIT_POOL: "pool (fondo del servidor): {state}. El servidor tiene {balance:credits}.",
    Say.LIMITS_RESET: (
        "El nuevo día empieza el {day:when} (en {day_wait:duration}); el nuevo mes, el {month:when} (en "
        "{month_wait:duration})."
    ),
    Say.LIMIT_OFF: "no",
    Say.LIMIT_ON: "sí",
    Say.LIMIT_ALL: "todos",
    Say.LIMIT_NONE: "ninguno",
    Say.LIMIT_AS_ALL: "como todos los demás",
    Say.LIMIT_AGE_ANY: "cualquier canal",
    Say.LIMIT_AGE_ONLY: "solo canales con restricción de edad",
    Say.LIMIT_AGE_NEVER: "nunca en canales con restricción de edad",
    Say.VIDEOS: "{price:videos}",
    Say.OVER_EVERYWHERE_MEMBER_DAILY: (
        "Con este bot cada persona puede gastar {most:credits} al día; dispones de {left:credits} y esto cuesta "
        "{amount:credits}. La cuenta vuelve a cero el {resets:when} (en {wait:duration}). No se cobró nada."
    ),
    Say.OVER_EVERYWHERE_SERVER_DAILY: (
        "Con este bot todos juntos pueden gastar {most:credits} al día; disponen de {left:credits} y esto cuesta "
        "{amount:credits}. La cuenta vuelve a cero el {resets:when} (en {wait:duration}). No se cobró nada."
    ),
    Say.OVER_EVERYWHERE_SERVER_MONTHLY: (
        "Con este bot todos juntos pueden gastar {most:credits} al mes; disponen de {left:credits} y esto cuesta "
        "{amount:credits}. La cuenta vuelve a cero el {resets:when} (en {wait:duration}). No se cobró nada."
    ),
    Say.OVER_EVERYWHERE_MEMBER_RUNNING: (
        "Con este bot puedes tener {most:videos} en marcha a la vez. Espera a que termine uno. No se cobró nada."
    ),
    Say.OVER_EVERYWHERE_PER_VIDEO: (
        "Con este bot un video puede costar {most:credits} y este cuesta {amount:credits}. No se cobró nada."
    ),
    Say.CHARGED_POOL: "Cobrado al servidor: {price:credits} · {job}",
    Say.GIVEN_BACK_POOL: "Sin cobro, {price:credits} de vuelta al servidor · {job}",
    Say.HELD_POOL: "{price:credits}, paga el servidor · {job}",
    Say.GRANT_USAGE: (
        "Escribe {command}, luego a quién (plataforma:id, me o server), cuántos créditos y por qué: {command} server "
        "500 un premio"
    ),
    Say.NAMES_NOBODY: "«{given}» no nombra a nadie: escribe plataforma:id, me o server.",
    Say.BAD_AMOUNT: "«{given}» no es un número entero de 1 a {most}.",
    Say.TAKE_TOO_MUCH: "{who} tiene {balance:credits}. No se quitó nada.",
    Say.CREDITS_MOVED: "Ahora {who} tiene {balance:credits}.",
    Say.NO_SUCH_PROVIDER: "No hay ningún proveedor llamado «{given}». Hay: {providers}.",
    Say.PAUSED: (
        "En pausa: {providers}. Los videos en marcha se terminan; los que esperan van a otro proveedor del mismo "
        "modelo y, si no lo hay, siguen esperando."
    ),
    Say.PAUSED_ALREADY: "Ya en pausa: {providers}.",
    Say.RESUMED: "De nuevo en uso: {providers}.",
    Say.NOT_PAUSED: "Sin pausa: {providers}.",
    Say.ABOUT_LIMITS: "Lo que se puede gastar aquí: míralo y fíjalo",
    Say.ABOUT_GRANT: "Da créditos a una persona o a un servidor",
    Say.ABOUT_TAKE: "Quita créditos",
    Say.ABOUT_PAUSE: "No dar más videos a un proveedor, o a ninguno",
    Say.ABOUT_RESUME: "Vuelve a usar los proveedores en pausa",
    # blocks, waits and reports
    Say.BLOCK_USAGE: (
        'Escribe {command} words y luego palabras, "varias palabras" o re:patrón · {command} person plataforma:id y '
        "un motivo · {command} server y un motivo. /blocked muestra lo que está bloqueado."
    ),
    Say.BLOCK_ELSEWHERE: "Los admins bloquean para un servidor o un grupo. Envía eso allí.",
    Say.WORDS_USAGE: (
        "Escribe hasta {most} palabras, las que van juntas entre comillas, y detrás re: con un patrón si quieres uno."
    ),
    Say.BAD_WORD: (
        "«{given}» no se puede bloquear: una palabra tiene alguna letra o cifra y como mucho {most} caracteres."
    ),
    Say.BAD_PATTERN: "Ese patrón no sirve: {why}. No se cambió nada.",
    Say.NAMES_NO_PERSON: "«{given}» no nombra a nadie: escribe plataforma:id.",
    Say.TOO_MANY_BLOCKS: "La lista está llena: admite {most} entradas. No se cambió nada.",
    Say.TOO_MANY_PATTERNS: "La lista admite {most} patrones. No se cambió nada.",
    Say.BLOCKED_HERE: "Bloqueado aquí: {what}.",
    Say.BLOCKED_EVERYWHERE: "Bloqueado en todas partes: {what}.",
    Say.BLOCKED_ALREADY: "Ya bloqueado: {what}.",
    Say.UNBLOCKED: "Ya sin bloqueo: {what}.",
    Say.NOT_BLOCKED: "Sin bloqueo: {what}.",
    Say.NOTHING_BLOCKED: "No hay nada bloqueado.",
    Say.BLOCKS_HERE: "Bloqueado aquí:",
    Say.BLOCKS_EVERYWHERE: "Bloqueado en todas partes:",
    Say.MORE_BLOCKED: "… y {count} más: reelbot blocks list los muestra.",
    Say.WORDS_BLOCKED: "Tu texto contiene algo que aquí no se permite. No se cobró nada.",
    Say.WORDS_NOT_CHECKED: "Tu texto no se pudo revisar a tiempo; acórtalo. No se cobró nada.",
    Say.PERSON_BLOCKED: "No puedes hacer videos con este bot. No se cobró nada.",
    Say.PERSON_BLOCKED_HERE: "Los admins de aquí no te dejan hacer videos. No se cobró nada.",
    Say.SERVER_BLOCKED: "En este servidor no se pueden hacer videos. No se cobró nada.",
    Say.COOLING_DOWN: (
        "Varias de tus peticiones se rechazaron por su contenido, así que podrás pedir otra vez a partir del "
        "{until:when} (en {wait:duration}). No se cobró nada."
    ),
    Say.REPORT_USAGE: "Di qué video y qué tiene de malo: /report, su id y unas palabras.",
    Say.NOTHING_TO_REPORT: "Aquí no hay ningún video con el id {job}.",
    Say.REPORTED: "Gracias. Se avisa a quien gestiona este bot.",
    Say.REPORTED_HERE: "Gracias. Se avisa a quien gestiona este bot y a los admins de aquí a los que pueda llegar.",
    Say.ADMIN_REPORT: (
        "Alguien denuncia el video {job}, visible en tu servidor o grupo, hecho por {maker}: «{prompt}». Dice: "
        "«{reason}». Míralo y borra el mensaje si no debe estar ahí. /block person {maker} impide que haga más."
    ),
    Say.ADMIN_REPORT_BARE: (
        "Alguien denuncia el video {job}, visible en tu servidor o grupo, hecho por {maker}: «{prompt}». Míralo y "
        "borra el mensaje si no debe estar ahí. /block person {maker} impide que haga más."
    ),
    Say.REPORTED_BEFORE: "Ya denunciaste ese video. Gracias.",
    Say.REPORTS_ENOUGH: "Por ahora ya denunciaste bastante. Espera una hora.",
    Say.ABOUT_BLOCK: "Bloquea palabras, personas o un servidor",
    Say.ABOUT_UNBLOCK: "Levanta un bloqueo",
    Say.ABOUT_BLOCKED: "Lo que está bloqueado",
    Say.ABOUT_REPORT: "Denuncia un video que no debería existir",
}

_REASONS: Mapping[Reason, str] = {
    Reason.CONTENT: "El servicio de video rechazó esta petición por su contenido.",
    Reason.INPUT: "El servicio de video no pudo usar esta petición. Cambia el texto o la foto.",
    Reason.PROVIDER: "El servicio de video no logró hacer este video. Inténtalo de nuevo.",
    Reason.NO_PROVIDER: "Ahora mismo ningún servicio de video puede hacerlo. Inténtalo más tarde.",
    Reason.WAITED_TOO_LONG: "Su turno no llegó a tiempo. Inténtalo más tarde.",
    Reason.NEVER_CAME: "El video nunca llegó.",
    Reason.NO_ANSWER: "Nadie dijo que sí, así que no se hizo.",
    Reason.DECLINED: "No se hizo.",
    Reason.BY_PERSON: "Detenido, como pediste.",
    Reason.BY_OPERATOR: "Lo terminó quien gestiona este bot.",
    Reason.NOT_ALLOWED: "Los límites cambiaron mientras esperaba y ya no lo permiten.",
    Reason.PLACE_GONE: "El video está listo, pero no se pudo publicar donde lo pediste.",
    Reason.CLIP_GONE: "El clip ya no está.",
    Reason.TOO_LARGE: "El video está listo, pero es demasiado grande para publicarlo aquí.",
    Reason.BUG: "Algo falló por nuestra parte. Quedó anotado para quien gestiona este bot.",
}

_STATES: Mapping[str, str] = {
    "asking": "espera tu sí",
    "queued": "en espera",
    "submitting": "pidiéndolo",
    "rendering": "haciéndose",
    "fetching": "trayéndolo",
    "delivering": "entregándose",
    "unsure": "incierto",
    "overdue": "con retraso",
    "delivered": "listo",
    "failed": "con error",
    "cancelled": "cancelado",
    "undelivered": "sin entregar",
}

_PAGE: Mapping[str, str] = {
    # frame
    "language": "es",
    "title": "Reelbot",
    "tagline": "Textos y fotos se vuelven videos",
    "skip": "Ir al cuadro de mensaje",
    "needs_script": "Este chat necesita JavaScript y no carga nada de otros sitios.",
    "conversation": "Conversación",
    "you": "Tú",
    "new_messages": "Mensajes nuevos",
    "today": "Hoy",
    "yesterday": "Ayer",
    # empty state
    "welcome": "¿Qué debe mostrar tu video?",
    "welcome_more": "Describe una escena, añade una foto si quieres y mira cómo cobra vida.",
    "example_1": "Un barco de papel baja por una calle lluviosa al anochecer [Tracking shot]",
    "example_2": "Un gato sonríe en la luz cálida de la mañana [Zoom in]",
    "example_3": "Auroras sobre un lago de montaña en calma [Pan right]",
    "example_4": "/help",
    "example_4_label": "¿Qué más sabes hacer?",
    # composer
    "composer": "Escribe un mensaje",
    "placeholder": "Describe tu video …",
    "attach": "Añadir una foto",
    "send": "Enviar",
    "camera": "Cámara",
    "camera_title": "Poner un movimiento de cámara en el texto",
    "model": "Modelo",
    "seconds": "Duración",
    "resolution": "Tamaño",
    "second_unit": "{n} s",
    "first_frame": "Primer fotograma",
    "last_frame": "Último fotograma",
    "swap": "Intercambiar primer y último fotograma",
    "remove": "Quitar {name}",
    "drop": "Suelta hasta dos fotos: primer fotograma, último fotograma",
    "commands": "Comandos",
    "hint_keys": "Intro envía · Mayús + Intro empieza otra línea · / muestra los comandos",
    # notes and clips
    "progress": "Progreso del video",
    "percent": "{n} %",
    "clip_of": "Video: {prompt}",
    "download": "Descargar",
    "clip_ready": "Tu video está listo.",
    "clip_gone": "Este clip ya no se guarda.",
    "delete_sure": "¿Borrar para siempre?",
    # trouble
    "reconnecting": "Conexión perdida. Reconectando …",
    "sending": "Enviando …",
    "not_sent": "No enviado.",
    "retry": "Reintentar",
    "discard": "Descartar",
    "failed": "Algo falló por nuestra parte. No se perdió nada: inténtalo de nuevo.",
    "offline": "No se puede llegar al servidor.",
    "not_yet": "El bot todavía está arrancando. Inténtalo en un momento.",
    "not_a_photo": "«{name}» no es una foto.",
    "too_many": "Dos fotos como mucho: el primer fotograma y el último.",
    "too_large": "«{name}» pesa demasiado: una foto puede tener 25 MB.",
    "nothing_said": "Escribe qué debe mostrar el video o añade una foto.",
    "text_too_long": "Ese texto es demasiado largo: {n} caracteres como mucho.",
    "unreadable": "Ese mensaje llegó dañado. Envíalo otra vez.",
    "unknown_person": "Recarga la página: aquí no se conoce este navegador.",
    # log-in
    "login": "Entrar",
    "login_more": "Este Reelbot es privado.",
    "password": "Contraseña",
    "wrong_password": "Esa no es la contraseña.",
    "too_many_tries": "Demasiados intentos. Espera {n} segundos.",
    "no_password_set": "La entrada está cerrada: quien gestiona el bot debe definir antes ADMIN_PASSWORD.",
    "login_needed": "Entra primero, por favor.",
    # what the server refuses, whatever asked for it
    "refused_not_allowed": "Esto no está permitido.",
    "refused_nothing_here": "Aquí no hay nada.",
    "refused_kind": "Esta dirección no acepta ese tipo de petición.",
    "refused_too_large": "Eso es más grande de lo que acepta este servidor.",
    "refused_too_large_pictures": (
        "Eso es más grande de lo que acepta este servidor: como mucho dos imágenes de 25 MB cada una."
    ),
    "refused_otherwise": "No se puede responder a esta petición.",
    "refused_database": "La base de datos no está disponible ahora: no se cambió nada. Inténtalo de nuevo.",
    "refused_name": "Este servidor no responde a ese nombre: pon en PUBLIC_URL la dirección que usas.",
    "refused_other_site": "Esta petición no vino de una página de este servidor.",
    "refused_link_expired": "Este enlace caducó: abre el chat otra vez para tener uno nuevo.",
    "refused_file_deleted": "Este archivo se borró.",
    "refused_callback_unreadable": "Este callback no se puede leer.",
    "refused_callback_slow": "El callback tardó demasiado en llegar.",
    "refused_callback_later": "Ahora no: vuelve a llamar.",
    "refused_form": "Este formulario no es de esta sesión: no se cambió nada. Carga la página otra vez.",
    "refused_chart": "No se pudo dibujar la imagen: la tabla tiene las mismas cifras.",
}

_NAMES: Mapping[str, str] = {
    # commands
    "video": "video",
    "again": "otra-vez",
    "job": "pedido",
    "jobs": "pedidos",
    "cancel": "cancelar",
    "credits": "créditos",
    "models": "modelos",
    "help": "ayuda",
    "privacy": "privacidad",
    "export": "exportar",
    "forget": "olvidar",
    "language": "idioma",
    "usage": "uso",
    "grant": "dar",
    "take": "quitar",
    "pause": "pausar",
    "resume": "reanudar",
    "blocked": "bloqueados",
    "report": "denunciar",
    # what stands behind /limits, /block and /unblock
    "show": "mostrar",
    "set": "fijar",
    "channels": "canales",
    "age-restricted": "restricción-de-edad",
    "spoiler": "spoiler",
    "pool": "fondo",
    "words": "palabras",
    "person": "persona",
    "server": "servidor",
    # options
    "prompt": "descripción",
    "image": "imagen",
    "last_image": "última_imagen",
    "model": "modelo",
    "seconds": "segundos",
    "resolution": "resolución",
    "camera": "cámara",
    "id": "id",
    "code": "idioma",
    "confirm": "confirmar",
    "limit": "límite",
    "value": "valor",
    "member": "miembro",
    "role": "rol",
    "names": "nombres",
    "channel": "canal",
    "channel_2": "canal_2",
    "channel_3": "canal_3",
    "channel_4": "canal_4",
    "channel_5": "canal_5",
    "all": "todos",
    "where": "dónde",
    "on": "activo",
    "who": "quién",
    "amount": "cantidad",
    "reason": "motivo",
    "provider": "proveedor",
    "pattern": "patrón",
    "here": "aquí",
    "days": "días",
}

SPANISH = Language(
    name="Español",
    sentences=_SENTENCES,
    reasons=_REASONS,
    states=_STATES,
    page=_PAGE,
    names=_NAMES,
    counts=Counts(
        # Thousands are parted by a narrow space: a point or a comma would be read differently on either side.
        credits=counted("crédito", "créditos", thousands="\u202f"),
        videos=counted("video", "videos", thousands="\u202f"),
        seconds=counted("segundo", "segundos"),
        minutes=counted("minuto", "minutos"),
        hours=counted("hora", "horas"),
        days=counted("día", "días"),
    ),
)
