using System.Globalization;
using k8s.Models;
using Orch.Resources;

namespace Orch.Client;

/// <summary>The failures that the API answers with, in upstream's shape and wording.</summary>
public static class ApiErrors
{
    /// <summary>404: no such object.</summary>
    public static ApiException NotFound(GroupVersionResource resource, string name)
        => Of(404, StatusReasons.NotFound, $"{resource.GroupResource} \"{name}\" not found", Details(resource, name));

    /// <summary>404: no such resource or path at all.</summary>
    public static ApiException NotFound() => Of(404, StatusReasons.NotFound, "the server could not find the requested resource", new V1StatusDetails());

    /// <summary>409: the name is taken.</summary>
    public static ApiException AlreadyExists(GroupVersionResource resource, string name)
        => Of(409, StatusReasons.AlreadyExists, $"{resource.GroupResource} \"{name}\" already exists", Details(resource, name));

    /// <summary>409: another write won, or a precondition failed.</summary>
    /// <param name="because">After "Operation cannot be fulfilled on …: "; null for the usual words about a stale version.</param>
    public static ApiException Conflict(GroupVersionResource resource, string name, string? because = null)
        => Of(409, StatusReasons.Conflict,
            $"Operation cannot be fulfilled on {resource.GroupResource} \"{name}\": {because ?? "the object has been modified; please apply your changes to the latest version and try again"}",
            Details(resource, name));

    /// <summary>400: the request cannot be understood.</summary>
    public static ApiException BadRequest(string message) => Of(400, StatusReasons.BadRequest, message);

    /// <summary>401: nobody knows who asks.</summary>
    public static ApiException Unauthorized() => Of(401, StatusReasons.Unauthorized, "Unauthorized");

    /// <summary>403: the identity may not.</summary>
    /// <param name="message">After "… is forbidden: ".</param>
    public static ApiException Forbidden(GroupVersionResource resource, string name, string message)
        => Of(403, StatusReasons.Forbidden,
            name.Length == 0 ? $"{resource.GroupResource} is forbidden: {message}" : $"{resource.GroupResource} \"{name}\" is forbidden: {message}",
            Details(resource, name));

    /// <summary>405: the resource has no such verb.</summary>
    public static ApiException MethodNotAllowed(GroupVersionResource resource, string verb)
        => Of(405, StatusReasons.MethodNotAllowed, $"{verb} is not supported on resources of kind \"{resource.GroupResource}\"", Details(resource, string.Empty));

    /// <summary>410: the version is too old to read or watch from.</summary>
    public static ApiException Expired(string message) => Of(410, StatusReasons.Expired, message);

    /// <summary>415: the content type is not one of those taken.</summary>
    public static ApiException UnsupportedMediaType(string message) => Of(415, StatusReasons.UnsupportedMediaType, message);

    /// <summary>413: the body is too large.</summary>
    public static ApiException RequestEntityTooLarge(string message)
        => Of(413, StatusReasons.RequestEntityTooLarge, $"Request entity is too large: {message}");

    /// <summary>422: the object failed validation; each cause names its field.</summary>
    public static ApiException Invalid(GroupVersionKind kind, string name, IReadOnlyList<V1StatusCause> causes)
    {
        string[] faults = [.. causes.Select(static cause => $"{cause.Field}: {cause.Message}").Distinct(StringComparer.Ordinal)];
        var text = faults.Length == 1 ? faults[0] : $"[{string.Join(", ", faults)}]";
        return Of(422, StatusReasons.Invalid, $"{kind.GroupKind} \"{name}\" is invalid: {text}",
            new V1StatusDetails { Group = NullIfEmpty(kind.Group), Kind = kind.Kind, Name = NullIfEmpty(name), Causes = [.. causes] });
    }

    /// <summary>429: later.</summary>
    public static ApiException TooManyRequests(string message, int retryAfterSeconds)
        => Of(429, StatusReasons.TooManyRequests, message, new V1StatusDetails { RetryAfterSeconds = retryAfterSeconds });

    /// <summary>500: a fault of the server.</summary>
    public static ApiException InternalError(string message)
        => Of(500, StatusReasons.InternalError, $"Internal error occurred: {message}",
            new V1StatusDetails { Causes = [new V1StatusCause { Message = message }] });

    /// <summary>503: not now.</summary>
    public static ApiException ServiceUnavailable(string message) => Of(503, StatusReasons.ServiceUnavailable, message);

    /// <summary>504: the version asked for is newer than any the server has.</summary>
    public static ApiException TooLargeResourceVersion(long requested, long current)
        => Of(504, StatusReasons.Timeout, string.Create(CultureInfo.InvariantCulture, $"Too large resource version: {requested}, current: {current}"),
            new V1StatusDetails { RetryAfterSeconds = 1, Causes = [new V1StatusCause { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }] });

    /// <summary>Any failure.</summary>
    public static ApiException Of(int code, string reason, string message, V1StatusDetails? details = null) => new(new V1Status
    {
        ApiVersion = "v1",
        Kind = "Status",
        Metadata = new V1ListMeta(),
        Status = "Failure",
        Message = message,
        Reason = NullIfEmpty(reason),
        Details = details,
        Code = code,
    });

    private static V1StatusDetails Details(GroupVersionResource resource, string name)
        => new() { Group = NullIfEmpty(resource.Group), Kind = resource.Resource, Name = NullIfEmpty(name) };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
