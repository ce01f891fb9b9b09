using k8s.Models;
using Orch.ApiServer.Errors;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Serving;

/// <summary>Answers that belong to no resource in particular.</summary>
internal static class Refusals
{
    private const string NotServed = "the server could not find the requested resource";

    /// <summary>404 for a path or resource that is not served.</summary>
    public static ApiException NoSuchPath() => Make(404, StatusReasons.NotFound, NotServed, new V1StatusDetails());

    /// <summary>Whether it is <see cref="NoSuchPath"/>.</summary>
    public static bool IsNoSuchPath(ApiException error) => error.Code == 404 && ReferenceEquals(error.Status.Message, NotServed);

    /// <summary>Answers 404 where upstream's routes know nothing of the path: in plain words, not with a <c>Status</c>.</summary>
    public static ValueTask AnswerNoSuchPageAsync(ApiRequest request) => Answer.TextAsync(request, 404, "404 page not found\n");

    /// <summary>405 of a custom resource.</summary>
    public static ApiException MethodNotAllowed(RequestInfo info) => Errors.ApiErrors.MethodNotSupported(info.GroupVersionResource, info.Verb);

    /// <summary>405.</summary>
    public static ApiException MethodNotAllowed() => Make(405, StatusReasons.MethodNotAllowed, "the server does not allow this method on the requested resource", new V1StatusDetails());

    /// <summary>504: the request's time was up.</summary>
    public static ApiException TookTooLong() => ApiErrors.Timeout("request did not complete within requested timeout - context deadline exceeded");

    /// <summary>The status that tells of a finished deletion.</summary>
    public static V1Status Deleted(GroupVersionResource resource, string name, string? uid) => new()
    {
        ApiVersion = "v1",
        Kind = "Status",
        Metadata = new V1ListMeta(),
        Status = "Success",
        Details = new V1StatusDetails { Name = name, Group = resource.Group.Length == 0 ? null : resource.Group, Kind = resource.Resource, Uid = uid },
    };

    /// <summary>A bare success.</summary>
    public static V1Status Success(int code) => new() { ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Success", Code = code };

    private static ApiException Make(int code, string reason, string message, V1StatusDetails details) => new(new V1Status
    {
        ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure", Code = code, Reason = reason, Message = message, Details = details,
    });
}
