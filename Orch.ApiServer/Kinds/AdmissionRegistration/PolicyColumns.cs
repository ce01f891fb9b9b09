using k8s.Models;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>How policies are printed.</summary>
internal static class PolicyColumns
{
    /// <summary>What the column of a policy's parameters tells.</summary>
    public const string ParamKindText = "ParamKind specifies the kind of resources used to parameterize this policy";

    /// <summary>Version and kind of the parameters.</summary>
    public static string ParamKind(V1ParamKind? kind) => kind is null ? "<unset>" : $"{kind.ApiVersion}/{kind.Kind}";
}
