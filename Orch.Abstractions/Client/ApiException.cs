using k8s.Models;

namespace Orch.Client;

/// <summary>The API answered with a <c>Status</c> of failure.</summary>
/// <remarks>Thrown alike by the API server, the in-process client and the HTTPS client, so that callers branch on one type.</remarks>
public sealed class ApiException : Exception
{
    /// <summary>An answer as it went over the wire.</summary>
    public ApiException(V1Status status, Exception? innerException = null)
        : base(status.Message ?? status.Reason ?? "the API server failed without a message", innerException) => Status = status;

    /// <summary>The whole answer, with <c>reason</c>, <c>code</c> and <c>details</c>.</summary>
    public V1Status Status { get; }

    /// <summary>HTTP status code.</summary>
    public int Code => Status.Code ?? 500;

    /// <summary>The machine-readable reason, such as <c>NotFound</c>; see <see cref="StatusReasons"/>.</summary>
    public string Reason => Status.Reason ?? StatusReasons.Unknown;

    /// <summary>The object, or the resource itself, does not exist.</summary>
    public bool IsNotFound => Reason == StatusReasons.NotFound;

    /// <summary>The resource version was stale, or another update won.</summary>
    public bool IsConflict => Reason == StatusReasons.Conflict;

    /// <summary>A create found the name taken.</summary>
    public bool IsAlreadyExists => Reason == StatusReasons.AlreadyExists;

    /// <summary>The resource version is too old to read or watch from: list anew.</summary>
    public bool IsExpired => Reason is StatusReasons.Expired or StatusReasons.Gone;

    /// <summary>The identity may not do this.</summary>
    public bool IsForbidden => Reason == StatusReasons.Forbidden;

    /// <summary>The object failed validation.</summary>
    public bool IsInvalid => Reason == StatusReasons.Invalid;
}
