using System.Text.Json;
using k8s.Models;
using Orch.Client;
using Orch.Serialization;

namespace Orch.ApiServer.Proxying;

/// <summary>Turns a backend's refusal into the server's own.</summary>
internal static class BackendErrors
{
    /// <summary>With the backend's <c>Status</c> where it sent one, else with its text.</summary>
    public static ApiException Of(int code, string body)
    {
        if (body.StartsWith('{'))
        {
            try
            {
                if (ApiJson.Deserialize<V1Status>(System.Text.Encoding.UTF8.GetBytes(body)) is { Kind: "Status", Code: not null } status) { return new ApiException(status); }
            }
            catch (JsonException) { /* then it is just a text */ }
        }

        var text = body.Trim();
        return code switch
        {
            400 => ApiErrors.BadRequest(text),
            >= 500 => ApiErrors.Internal(text.Length == 0 ? $"the backend answered {code}" : text),
            _ => Make(code, text.Length == 0 ? $"the server responded with the status code {code}" : text),
        };
    }

    private static ApiException Make(int code, string message) => new(new V1Status
    {
        ApiVersion = "v1",
        Kind = "Status",
        Metadata = new V1ListMeta(),
        Status = "Failure",
        Code = code,
        Message = message,
        Reason = code switch { 401 => StatusReasons.Unauthorized, 403 => StatusReasons.Forbidden, 404 => StatusReasons.NotFound, 405 => StatusReasons.MethodNotAllowed, _ => StatusReasons.Unknown },
    });
}
