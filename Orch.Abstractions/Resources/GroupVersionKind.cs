namespace Orch.Resources;

/// <summary>A kind in one version of an API group.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Version">For example <c>v1</c>.</param>
/// <param name="Kind">For example <c>Pod</c>.</param>
public readonly record struct GroupVersionKind(string Group, string Version, string Kind)
{
    /// <summary>What objects of the kind carry in <c>apiVersion</c>: <c>v1</c>, <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>Deployment.apps</c>, as messages name a kind.</summary>
    public string GroupKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    /// <summary><c>apps/v1, Kind=Deployment</c>, as upstream prints it.</summary>
    public override string ToString() => $"{(Group.Length == 0 ? string.Empty : Group)}/{Version}, Kind={Kind}";
}
