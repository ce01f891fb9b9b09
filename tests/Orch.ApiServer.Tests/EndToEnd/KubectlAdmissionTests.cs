using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>What admission says, as the installed kubectl shows it.</summary>
public sealed class KubectlAdmissionTests : ServerTests
{
    private const string Manifest = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: demo}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: demo}
        spec:
          selector: {matchLabels: {app: web}}
          template: {metadata: {labels: {app: web}}, spec: {hostNetwork: true, containers: [{name: c, image: "busybox:1"}]}}
        """;

    [SkippableFact]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_ShowsWarningsAndRefusals()
    {
        using var kubectl = new KubectlSession(_server.Address);
        var file = await kubectl.WriteAsync("manifest.yaml", Manifest);
        await kubectl.OkAsync("namespace/demo created", "create", "namespace", "demo");
        await kubectl.OkAsync("namespace/demo labeled", "label", "namespace", "demo", "pod-security.kubernetes.io/warn=baseline", "pod-security.kubernetes.io/enforce=baseline");

        await kubectl.OkAsync("Warning: would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)\n", "apply", "-f", file);
        await kubectl.OkAsync("deployment.apps/web", "get", "deployments", "-n", "demo", "-o", "name");
        await kubectl.FailsAsync("Error from server (Forbidden): pods \"shell\" is forbidden: violates PodSecurity \"baseline:latest\": privileged (container \"shell\" must not set securityContext.privileged=true)",
            "run", "shell", "--image=busybox:1", "--privileged", "-n", "demo");
        await kubectl.OkAsync("pod/fine created", "run", "fine", "--image=busybox:1", "-n", "demo");
        await kubectl.OkAsync("Warning: existing pods in namespace \"demo\" violate the new PodSecurity enforce level \"restricted:latest\"\nWarning: fine: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile",
            "label", "namespace", "demo", "pod-security.kubernetes.io/enforce=restricted", "--overwrite");
        await kubectl.FailsAsync("is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"odd\": must be one of privileged, baseline, restricted",
            "label", "namespace", "demo", "pod-security.kubernetes.io/enforce=odd", "--overwrite");
    }
}
