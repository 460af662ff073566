namespace ECommerce.Kernel;

/// <summary>The refusals that all modules share. Statuses follow RFC 9110 and RFC 6585.</summary>
public static class CommonErrors
{
    public static readonly Error ValidationFailed = new("validation_failed", 400, "The request breaks a rule.",
        "Each field under 'errors' says what it wants. Correct it and send the request again.");

    public static readonly Error MalformedJson = new("malformed_json", 400, "The body is not JSON that can be read.",
        "Send one well-formed JSON object in UTF-8, nested no deeper than 32 levels.");

    public static readonly Error Unauthorized = new("unauthorized", 401, "The request needs a valid token.",
        "Log in at POST /api/users/login and send the token as 'Authorization: Bearer …'. Tokens live for one hour and end with a change of password or a revocation.");

    public static readonly Error Forbidden = new("forbidden", 403, "The token does not allow this.",
        "Only an administrator may do this.");

    public static readonly Error NotFound = new("not_found", 404, "There is nothing here.",
        "Check the address and the id. What belongs to another customer looks the same as what does not exist.");

    public static readonly Error MethodNotAllowed = new("method_not_allowed", 405, "This address does not know that method.",
        "The 'Allow' header lists the methods it knows.");

    public static readonly Error PreconditionFailed = new("precondition_failed", 412, "It has changed since you read it.",
        "Read it again, look at what changed, and send the new ETag as If-Match.");

    public static readonly Error PayloadTooLarge = new("payload_too_large", 413, "The body is too large.",
        "Send at most 1 MB.");

    public static readonly Error UnsupportedMediaType = new("unsupported_media_type", 415, "The body is not JSON.",
        "Send 'Content-Type: application/json'.");

    public static readonly Error TooManyRequests = new("too_many_requests", 429, "That was too much at once.",
        "Wait as many seconds as Retry-After says, then go on more slowly.");

    public static readonly Error Internal = new("internal_error", 500, "Something broke on our side.",
        "Nothing to correct on yours. Give us the trace id; a retry with the same Idempotency-Key is safe.");

    public static readonly Error DependencyUnavailable = new("dependency_unavailable", 503, "Something we depend on is not there, or we are too busy.",
        "Wait as many seconds as Retry-After says and try again; a retry with the same Idempotency-Key is safe.");

    public static readonly Error Timeout = new("timeout", 504, "It took too long.",
        "What was asked may still have happened: look before you try again, or retry with the same Idempotency-Key.");
}
