using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Errors;

/// <summary>Makes the API's refusals, in upstream's shape and words.</summary>
/// <remarks>As in apimachinery's <c>api/errors</c>.</remarks>
public static class ApiErrors
{
    /// <summary><c>pods "x" not found</c>, 404.</summary>
    public static ApiException NotFound(GroupVersionResource resource, string name)
        => Make(404, StatusReasons.NotFound, $"{resource.GroupResource} \"{name}\" not found", Details(resource, name));

    /// <summary><c>pods "x" already exists</c>, 409.</summary>
    public static ApiException AlreadyExists(GroupVersionResource resource, string name)
        => Make(409, StatusReasons.AlreadyExists, $"{resource.GroupResource} \"{name}\" already exists", Details(resource, name));

    /// <summary><c>Operation cannot be fulfilled on pods "x": detail</c>, 409.</summary>
    public static ApiException Conflict(GroupVersionResource resource, string name, string detail)
        => Make(409, StatusReasons.Conflict, $"Operation cannot be fulfilled on {resource.GroupResource} \"{name}\": {detail}", Details(resource, name));

    /// <summary>An update came from a stale read, 409.</summary>
    public static ApiException StaleObject(GroupVersionResource resource, string name)
        => Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary><c>pods "x" is forbidden: detail</c>, 403.</summary>
    public static ApiException Forbidden(GroupVersionResource resource, string name, string detail)
        => Make(403, StatusReasons.Forbidden,
            resource.Resource.Length == 0 ? $"forbidden: {detail}"
                : name.Length == 0 ? $"{resource.GroupResource} is forbidden: {detail}"
                : $"{resource.GroupResource} \"{name}\" is forbidden: {detail}",
            Details(resource, name));

    /// <summary><c>Pod "x" is invalid: faults</c>, 422, each fault as a cause.</summary>
    public static ApiException Invalid(GroupVersionKind kind, string name, FieldErrors errors)
        => Make(422, StatusReasons.Invalid, $"{kind.GroupKind} \"{name}\" is invalid: {errors}",
            new V1StatusDetails { Group = NullIfEmpty(kind.Group), Kind = NullIfEmpty(kind.Kind), Name = NullIfEmpty(name), Causes = errors.ToCauses() });

    /// <summary>The request makes no sense, 400.</summary>
    public static ApiException BadRequest(string message, Exception? innerException = null)
        => Make(400, StatusReasons.BadRequest, message, null, innerException);

    /// <summary>No valid credentials, 401.</summary>
    public static ApiException Unauthorized() => Make(401, StatusReasons.Unauthorized, "Unauthorized", null);

    /// <summary>The verb does not exist here, 405.</summary>
    public static ApiException MethodNotSupported(GroupVersionResource resource, string verb)
        => Make(405, StatusReasons.MethodNotAllowed, $"{verb} is not supported on resources of kind \"{resource.GroupResource}\"", Details(resource, string.Empty));

    /// <summary>A resource version or continue token is too old, 410.</summary>
    public static ApiException Expired(string message) => Make(410, StatusReasons.Expired, message, null);

    /// <summary>The body is over the limit, 413.</summary>
    public static ApiException TooLarge(string message) => Make(413, StatusReasons.RequestEntityTooLarge, message, null);

    /// <summary>The body's type is not understood, 415.</summary>
    public static ApiException UnsupportedMediaType(string message) => Make(415, StatusReasons.UnsupportedMediaType, message, null);

    /// <summary>No wanted answer type can be made, 406.</summary>
    public static ApiException NotAcceptable(string message) => Make(406, StatusReasons.NotAcceptable, message, null);

    /// <summary>Come back later, 429.</summary>
    public static ApiException TooManyRequests(string message, int retryAfterSeconds)
        => Make(429, StatusReasons.TooManyRequests, message, new V1StatusDetails { RetryAfterSeconds = retryAfterSeconds });

    /// <summary>It took too long, 504.</summary>
    public static ApiException Timeout(string message) => Make(504, StatusReasons.Timeout, $"Timeout: {message}", new V1StatusDetails());

    /// <summary>Something the server depends on is away, 503.</summary>
    public static ApiException Unavailable(string message, Exception? innerException = null)
        => Make(503, StatusReasons.ServiceUnavailable, message, null, innerException);

    /// <summary>Our fault, 500; the message has no internals.</summary>
    public static ApiException Internal(string message, Exception? innerException = null)
        => Make(500, StatusReasons.InternalError, $"Internal error occurred: {message}", null, innerException);

    /// <summary>What upstream lets through as it comes, 500 without a reason.</summary>
    internal static ApiException Unexplained(string message) => Make(500, string.Empty, message, null);

    private static V1StatusDetails Details(GroupVersionResource resource, string name)
        => new() { Group = NullIfEmpty(resource.Group), Kind = NullIfEmpty(resource.Resource), Name = NullIfEmpty(name) };

    private static ApiException Make(int code, string reason, string message, V1StatusDetails? details, Exception? innerException = null)
        => new(
            new V1Status
            {
                ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure",
                Code = code, Reason = NullIfEmpty(reason), Message = message, Details = details,
            },
            innerException);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
