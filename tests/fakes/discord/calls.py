"""Every REST call that the loopback Discord answers, named as in its public OpenAPI description."""

from enum import StrEnum


class Call(StrEnum):
    """A verb and a path below the API's base; the words in braces are parameters."""

    ME = "GET /users/@me"
    GET_USER = "GET /users/{user_id}"
    OPEN_DM = "POST /users/@me/channels"
    APPLICATION = "GET /applications/@me"
    OAUTH_APPLICATION = "GET /oauth2/applications/@me"
    GATEWAY = "GET /gateway"
    GATEWAY_BOT = "GET /gateway/bot"
    LIST_COMMANDS = "GET /applications/{application_id}/commands"
    SYNC_COMMANDS = "PUT /applications/{application_id}/commands"
    LIST_GUILD_COMMANDS = "GET /applications/{application_id}/guilds/{guild_id}/commands"
    SYNC_GUILD_COMMANDS = "PUT /applications/{application_id}/guilds/{guild_id}/commands"
    CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
    GET_ORIGINAL = "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original"
    EDIT_ORIGINAL = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
    DELETE_ORIGINAL = "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original"
    FOLLOW_UP = "POST /webhooks/{webhook_id}/{webhook_token}"
    GET_FOLLOW_UP = "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
    EDIT_FOLLOW_UP = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
    DELETE_FOLLOW_UP = "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
    CREATE_MESSAGE = "POST /channels/{channel_id}/messages"
    LIST_MESSAGES = "GET /channels/{channel_id}/messages"
    GET_MESSAGE = "GET /channels/{channel_id}/messages/{message_id}"
    EDIT_MESSAGE = "PATCH /channels/{channel_id}/messages/{message_id}"
    DELETE_MESSAGE = "DELETE /channels/{channel_id}/messages/{message_id}"
    GET_CHANNEL = "GET /channels/{channel_id}"
    EDIT_CHANNEL = "PATCH /channels/{channel_id}"
    TYPING = "POST /channels/{channel_id}/typing"
    JOIN_THREAD = "PUT /channels/{channel_id}/thread-members/@me"
    GET_GUILD = "GET /guilds/{guild_id}"
    LIST_CHANNELS = "GET /guilds/{guild_id}/channels"
    LIST_ROLES = "GET /guilds/{guild_id}/roles"
    GET_MEMBER = "GET /guilds/{guild_id}/members/{user_id}"
    DOWNLOAD = "GET /{kind}/{channel_id}/{file_id}/{name}"
    """Not of the API: the file store, which is another host in the real world."""

    @property
    def verb(self) -> str:
        return self.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.partition(" ")[2]
