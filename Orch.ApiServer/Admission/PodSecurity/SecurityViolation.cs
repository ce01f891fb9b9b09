namespace Orch.ApiServer.Admission.PodSecurity;

/// <summary>One way in which a pod violates a level.</summary>
/// <param name="Reason">Short, such as <c>host namespaces</c>.</param>
/// <param name="Detail">What exactly; may be empty.</param>
internal sealed record SecurityViolation(string Reason, string Detail)
{
    /// <summary>All reasons as one text.</summary>
    public static string Reasons(IEnumerable<SecurityViolation> violations) => string.Join(", ", violations.Select(static item => item.Reason));

    /// <summary>All reasons with their details as one text.</summary>
    public static string Details(IEnumerable<SecurityViolation> violations)
        => string.Join(", ", violations.Select(static item => item.Detail.Length == 0 ? item.Reason : $"{item.Reason} ({item.Detail})"));
}
