using k8s.Models;
using Orch.Kubelet.Status;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Status;

public sealed class PodPhaseTests
{
    private static readonly V1ContainerState Running = new() { Running = new V1ContainerStateRunning() };
    private static readonly V1ContainerState Waiting = new() { Waiting = new V1ContainerStateWaiting() };

    [Theory]
    [InlineData("Always", "r r", "Running")]
    [InlineData("Always", "r w", "Pending")]
    [InlineData("Always", "r -", "Pending")]
    [InlineData("Always", "0 0", "Running")]
    [InlineData("Always", "c r", "Running")]
    [InlineData("Always", "c c", "Running")]
    [InlineData("Never", "0 0", "Succeeded")]
    [InlineData("Never", "0 1", "Failed")]
    [InlineData("Never", "r 1", "Running")]
    [InlineData("OnFailure", "0 1", "Running")]
    [InlineData("OnFailure", "0 0", "Succeeded")]
    public void Apps(string policy, string states, string phase)
    {
        var pod = Pod(policy, 2, 0);

        Assert.Equal(phase, PodPhase.Of(pod, [], Statuses("app", states), isTerminal: false));
    }

    [Theory]
    [InlineData("Always", "w", "Pending")]
    [InlineData("Always", "r", "Pending")]
    [InlineData("Always", "1", "Pending")]
    [InlineData("Never", "1", "Failed")]
    [InlineData("Always", "c", "Pending")]
    [InlineData("Always", "0", "Running")]
    public void Init(string policy, string states, string phase)
    {
        var pod = Pod(policy, 1, 1);

        Assert.Equal(phase, PodPhase.Of(pod, Statuses("init", states), Statuses("app", "r"), isTerminal: false));
    }

    [Theory]
    [InlineData("0 0", "Succeeded")]
    [InlineData("0 1", "Failed")]
    [InlineData("w 0", "Failed")]
    public void Terminal_EvenUnderAlways(string states, string phase)
        => Assert.Equal(phase, PodPhase.Of(Pod("Always", 2, 0), [], Statuses("app", states), isTerminal: true));

    private static V1Pod Pod(string policy, int apps, int init)
    {
        var pod = Build.Pod("p");
        pod.Spec.RestartPolicy = policy;
        pod.Spec.Containers = [.. Enumerable.Range(0, apps).Select(i => Build.Container($"app{i}"))];
        pod.Spec.InitContainers = [.. Enumerable.Range(0, init).Select(i => Build.Container($"init{i}"))];
        return pod;
    }

    private static List<V1ContainerStatus> Statuses(string prefix, string states)
        => [.. states.Split(' ').Select((s, i) => s == "-" ? null : new V1ContainerStatus
        {
            Name = $"{prefix}{i}",
            State = s switch { "r" => Running, "w" or "c" => Waiting, _ => Ended(s) },
            LastState = s == "c" ? Ended("1") : null,
        }).OfType<V1ContainerStatus>()];

    private static V1ContainerState Ended(string code) => new() { Terminated = new V1ContainerStateTerminated { ExitCode = int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) } };
}
