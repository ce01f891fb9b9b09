namespace Orch.Client;

/// <summary>The values of <c>Status.reason</c>.</summary>
/// <remarks>Names as in Kubernetes' metav1 <c>StatusReason</c> constants.</remarks>
public static class StatusReasons
{
#pragma warning disable CS1591 // each is its own text
    public const string Unknown = "";
    public const string Unauthorized = nameof(Unauthorized);
    public const string Forbidden = nameof(Forbidden);
    public const string NotFound = nameof(NotFound);
    public const string AlreadyExists = nameof(AlreadyExists);
    public const string Conflict = nameof(Conflict);
    public const string Gone = nameof(Gone);
    public const string Invalid = nameof(Invalid);
    public const string ServerTimeout = nameof(ServerTimeout);
    public const string Timeout = nameof(Timeout);
    public const string TooManyRequests = nameof(TooManyRequests);
    public const string BadRequest = nameof(BadRequest);
    public const string MethodNotAllowed = nameof(MethodNotAllowed);
    public const string NotAcceptable = nameof(NotAcceptable);
    public const string RequestEntityTooLarge = nameof(RequestEntityTooLarge);
    public const string UnsupportedMediaType = nameof(UnsupportedMediaType);
    public const string InternalError = nameof(InternalError);
    public const string Expired = nameof(Expired);
    public const string ServiceUnavailable = nameof(ServiceUnavailable);
#pragma warning restore CS1591
}
