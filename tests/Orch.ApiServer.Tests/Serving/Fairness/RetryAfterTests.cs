using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Serving.Fairness;

namespace Orch.ApiServer.Tests.Serving.Fairness;

public sealed class RetryAfterTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Count_ManyTurnedAway_DoublesUpToTheBound()
    {
        var retry = new RetryAfter(_time);
        var told = Enumerable.Range(0, 120).Select(_ => Second(retry, 200)).ToList();

        Assert.Equal(1, told[0]);
        Assert.Equal([1, 2, 4, 8, 16, 32], told.Distinct());
        Assert.Equal(32, told[^1]);
    }

    [Fact]
    public void Count_OneNowAndThen_StaysWhereItIs()
    {
        var retry = new RetryAfter(_time);

        Assert.All(Enumerable.Range(0, 60), _ => Assert.Equal(1, Second(retry, 1)));
    }

    [Fact]
    public void Count_AfterAQuietWhile_ComesDownByOne()
    {
        var retry = new RetryAfter(_time);
        while (Second(retry, 200) < 8) { /* until it is slow */ }

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(7, retry.Count());
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(6, retry.Count());
    }

    private int Second(RetryAfter retry, int requests)
    {
        var told = 0;
        for (var count = 0; count < requests; count++) { told = retry.Count(); }
        _time.Advance(TimeSpan.FromSeconds(1));
        return told;
    }
}
