using Orch.ApiServer.Errors;
using Orch.Client;
using Orch.Storage;

namespace Orch.ApiServer.Registry;

/// <summary>Says what a failure of the store means to a client.</summary>
internal static class StoreErrors
{
    /// <summary>The refusal for a failure that has no better one where it happens.</summary>
    public static ApiException ToApi(StoreException exception) => exception.Code switch
    {
        StoreErrorCode.TooLarge => ApiErrors.TooLarge($"Request entity too large: {exception.Message}"),
        StoreErrorCode.Unavailable => ApiErrors.Unavailable("the store does not answer; the write may or may not have happened", exception),
        StoreErrorCode.Compacted => ApiErrors.Expired("The resourceVersion for the provided list is too old."),
        StoreErrorCode.InvalidArgument => ApiErrors.BadRequest($"the object cannot be stored: {exception.Message}", exception),
        _ => ApiErrors.Internal("the store failed", exception),
    };

    /// <summary>A version that has not happened yet, 504 with a hint to retry.</summary>
    public static ApiException TooLargeVersion(long wanted, long current)
    {
        var error = ApiErrors.Timeout($"Too large resource version: {wanted}, current: {current}");
        error.Status.Details = new k8s.Models.V1StatusDetails
        {
            RetryAfterSeconds = 1,
            Causes = [new k8s.Models.V1StatusCause { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }],
        };
        return error;
    }
}
