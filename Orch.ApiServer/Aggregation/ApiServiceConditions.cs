using k8s.Models;

namespace Orch.ApiServer.Aggregation;

/// <summary>The one condition of an API service.</summary>
internal static class ApiServiceConditions
{
    private const string Type = "Available";

    /// <summary>The condition, or null.</summary>
    public static V1APIServiceCondition? Available(V1APIService service) => service.Status?.Conditions?.FirstOrDefault(static condition => condition.Type == Type);

    /// <summary>Whether the service can be asked.</summary>
    public static bool IsAvailable(V1APIService service) => Available(service)?.Status == "True";

    /// <summary>Sets the condition; the time of its last transition stays while its status does.</summary>
    public static void SetAvailable(V1APIServiceStatus status, bool isAvailable, string reason, string message, DateTime now)
    {
        var known = status.Conditions?.FirstOrDefault(static condition => condition.Type == Type);
        var value = isAvailable ? "True" : "False";
        status.Conditions =
        [
            .. (status.Conditions ?? []).Where(static condition => condition.Type != Type),
            new V1APIServiceCondition { Type = Type, Status = value, Reason = reason, Message = message, LastTransitionTime = known?.Status == value ? known.LastTransitionTime : now },
        ];
    }
}
