using k8s.Models;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>How policies and bindings are printed.</summary>
internal static class PolicyColumns
{
    /// <summary>What the column of a policy's parameters tells.</summary>
    public const string ParamKindText = "ParamKind specifies the kind of resources used to parameterize this policy";

    /// <summary>What the column of a binding's policy tells.</summary>
    public const string PolicyNameText = "PolicyName indicates the policy definition which the policy binding binded to";

    /// <summary>What the column of a binding's parameters tells.</summary>
    public const string ParamRefText = "ParamRef indicates the param resource which sets the configration param";

    /// <summary>Version and kind of the parameters.</summary>
    public static string ParamKind(V1ParamKind? kind) => kind is null ? "<unset>" : $"{kind.ApiVersion}/{kind.Kind}";

    /// <summary>Name or selector of the parameters.</summary>
    public static string ParamRef(V1ParamRef? reference)
    {
        if (reference is null) { return "<unset>"; }
        if (string.IsNullOrEmpty(reference.Name)) { return reference.Selector is { } selector ? Printing.Selector(selector) : "<unset>"; }
        return string.IsNullOrEmpty(reference.NamespaceProperty) ? reference.Name : $"{reference.NamespaceProperty}/{reference.Name}";
    }
}
