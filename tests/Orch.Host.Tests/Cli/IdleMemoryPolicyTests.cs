using Orch.Host.Cli;

namespace Orch.Host.Tests.Cli;

public sealed class IdleMemoryPolicyTests
{
    private const long Megabyte = 1 << 20;

    private readonly IdleMemoryPolicy _policy = new();
    private long _allocated;

    [Fact]
    public void Busy_IsNeverInterrupted() => Assert.All(Enumerable.Range(0, 100), _ => Assert.False(Sample(500)));

    [Fact]
    public void Quiet_AfterABusyTime_GivesBackAtOnceAndOnceMoreLater()
    {
        Sample(800);

        var due = Enumerable.Range(0, 200).Where(_ => Sample(0)).ToList();

        Assert.Equal([0, 11], due);
    }

    [Fact]
    public void Quiet_WithTheUsualSmallWork_IsSeldomDisturbed()
    {
        var due = Enumerable.Range(0, 360).Count(_ => Sample(2));

        Assert.InRange(due, 1, 24);
    }

    [Fact]
    public void Busy_WhenTheSecondLookIsDue_IsNotInterrupted()
    {
        Sample(800);
        Assert.True(Sample(0));
        Assert.All(Enumerable.Range(0, 20), _ => Assert.False(Sample(50)));
        Assert.True(Sample(0));
    }

    private bool Sample(long megabytes) => _policy.IsDue(_allocated += megabytes * Megabyte);
}
