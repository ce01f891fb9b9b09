using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Admission;

/// <summary>Lets pods stay five minutes on a node that has become unreachable or not ready, unless they say otherwise.</summary>
internal sealed class DefaultTolerationSeconds : IMutatingAdmission
{
    private const long Seconds = 300;
    private const string NotReady = "node.kubernetes.io/not-ready";
    private const string Unreachable = "node.kubernetes.io/unreachable";

    public string Name => "DefaultTolerationSeconds";

    public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource)
        => operation is (AdmissionOperation.Create or AdmissionOperation.Update) && resource is { Group: "", Resource: "pods" } && subresource.Length == 0;

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not V1Pod { Spec: { } spec }) { return ValueTask.CompletedTask; }
        foreach (var key in (ReadOnlySpan<string>)[NotReady, Unreachable])
        {
            if (!Tolerates(spec.Tolerations, key))
            {
                spec.Tolerations = [.. spec.Tolerations ?? [], new V1Toleration { Key = key, OperatorProperty = "Exists", Effect = "NoExecute", TolerationSeconds = Seconds }];
            }
        }

        return ValueTask.CompletedTask;
    }

    private static bool Tolerates(IList<V1Toleration>? tolerations, string key)
        => tolerations?.Any(toleration => (toleration.Key == key || string.IsNullOrEmpty(toleration.Key)) && toleration.Effect is (null or "" or "NoExecute")) == true;
}
