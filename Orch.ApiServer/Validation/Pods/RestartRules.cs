using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for whether a single container is started again.</summary>
internal static class RestartRules
{
    private const string NeedsPolicy = "must specify restartPolicy when restart rules are used";
    private const int MaxRules = 20;
    private const int MaxExitCodes = 255;

    /// <summary>Of a container that runs before others; without a policy its rules are not looked at.</summary>
    public static void ValidateInit(V1Container container, FieldPath path, FieldErrors errors)
    {
        if (container is not { RestartPolicy: null, RestartPolicyRules.Count: > 0 }) { Validate(container, path, errors); }
        else { errors.Required(path.Child("restartPolicy"), NeedsPolicy); }
    }

    /// <summary>The container's own policy, and what its exit codes say otherwise.</summary>
    public static void Validate(V1Container container, FieldPath path, FieldErrors errors)
    {
        if (container.RestartPolicy is not (null or "Always" or "Never" or "OnFailure")) { errors.NotSupported(path.Child("restartPolicy"), container.RestartPolicy, "Always", "Never", "OnFailure"); }
        if (container.RestartPolicyRules is not { Count: > 0 } rules) { return; }
        var at = path.Child("restartPolicyRules");
        if (container.RestartPolicy is null) { errors.Required(path.Child("restartPolicy"), NeedsPolicy); }
        if (rules.Count > MaxRules) { errors.TooMany(at, rules.Count, MaxRules); }
        for (var index = 0; index < rules.Count; index++) { Rule(rules[index], at.Index(index), errors); }
    }

    private static void Rule(V1ContainerRestartRule rule, FieldPath path, FieldErrors errors)
    {
        if (rule.Action is not ("Restart" or "RestartAllContainers")) { errors.NotSupported(path.Child("action"), rule.Action ?? string.Empty, "Restart", "RestartAllContainers"); }
        if (rule.ExitCodes is not { } codes)
        {
            errors.Required(path.Child("exitCodes"), "must be specified");
            return;
        }

        var at = path.Child("exitCodes");
        if (codes.OperatorProperty is not ("In" or "NotIn")) { errors.NotSupported(at.Child("operator"), codes.OperatorProperty ?? string.Empty, "In", "NotIn"); }
        if (codes.Values?.Count > MaxExitCodes) { errors.TooMany(at.Child("values"), codes.Values.Count, MaxExitCodes); }
    }
}
