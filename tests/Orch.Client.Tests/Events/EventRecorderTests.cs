using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.Client.Events;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using Orch.Testing.Time;
using static Orch.Testing.Builders.Build;

namespace Orch.Client.Tests.Events;

public sealed class EventRecorderTests : IAsyncLifetime
{
    private readonly FakeTimeDriver _driver = new();
    private readonly FakeCluster _cluster;
    private readonly EventRecorder _recorder;
    private readonly V1Pod _pod;

    public EventRecorderTests()
    {
        _cluster = new FakeCluster(_driver.Time);
        _recorder = Recorder(new EventRecorderOptions());
        _pod = _cluster.Put(Pod("web"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _recorder.DisposeAsync();

    private EventRecorder Recorder(EventRecorderOptions options) => new(_cluster, new EventSource("kubelet", "n1"), _driver.Time, NullLogger.Instance, options);

    private Task PostedAsync(Func<IReadOnlyList<Corev1Event>, bool> condition, string what) => _cluster.WaitUntilAsync(() => condition(_cluster.List<Corev1Event>()), what);

    [Fact]
    public async Task Record_PostsAnEventAboutTheObject()
    {
        _recorder.Normal(_pod, "Pulled", "got it");
        await PostedAsync(events => events.Count == 1, "the event");
        var posted = _cluster.List<Corev1Event>()[0];
        Assert.Equal(("Pod", "v1", "web", "default", _pod.Metadata.Uid),
            (posted.InvolvedObject.Kind, posted.InvolvedObject.ApiVersion, posted.InvolvedObject.Name, posted.InvolvedObject.NamespaceProperty, posted.InvolvedObject.Uid));
        Assert.Equal(("Normal", "Pulled", "got it", 1, "kubelet", "n1"), (posted.Type, posted.Reason, posted.Message, posted.Count, posted.Source.Component, posted.Source.Host));
        Assert.StartsWith("web.", posted.Metadata.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_AboutAClusterScopedObject_GoesToDefault()
    {
        _recorder.Warning(Node("n1"), "NotReady", "gone");
        await PostedAsync(events => events is [{ Metadata.NamespaceProperty: "default", InvolvedObject.NamespaceProperty: null }], "the event");
    }

    [Fact]
    public async Task Record_Repeated_IsCountedInOne()
    {
        _recorder.Warning(_pod, "BackOff", "again");
        await PostedAsync(events => events.Count == 1, "the event");
        await _driver.AdvanceAsync(TimeSpan.FromMinutes(1));
        _recorder.Warning(_pod, "BackOff", "again");
        await PostedAsync(events => events[0].Count == 2, "the count");
        var posted = Assert.Single(_cluster.List<Corev1Event>());
        Assert.Equal(TimeSpan.FromMinutes(1), posted.LastTimestamp - posted.FirstTimestamp);
    }

    [Fact]
    public async Task Record_Repeated_AfterTheEventAgedOut_IsToldAnew()
    {
        _recorder.Warning(_pod, "BackOff", "again");
        await PostedAsync(events => events.Count == 1, "the event");
        _cluster.Remove<Corev1Event>(Orch.Resources.ObjectExtensions.Key(_cluster.List<Corev1Event>()[0]));
        _recorder.Warning(_pod, "BackOff", "again");
        await PostedAsync(events => events is [{ Count: 2 }], "the event, anew");
    }

    [Fact]
    public async Task Record_ManyMessages_AreCombined()
    {
        for (var index = 0; index < 15; index++) { _recorder.Warning(_pod, "Failed", $"fault {index}"); }
        await PostedAsync(events => events.Any(posted => posted.Message == "(combined from similar events): fault 14" && posted.Count == 5), "the combined event");
        Assert.Equal(11, _cluster.List<Corev1Event>().Count);
    }

    [Fact]
    public async Task Record_Storm_IsCutOffPerObject_AndResumesLater()
    {
        for (var index = 0; index < 100; index++) { _recorder.Warning(_pod, "Failed", "same"); }
        _recorder.Normal(Pod("other").WithUid("u"), "Fine", "fine");
        await PostedAsync(events => events.Any(posted => posted.Reason == "Fine"), "the other object's event");
        Assert.Equal(25, _cluster.List<Corev1Event>().Single(posted => posted.Reason == "Failed").Count);
        await _driver.AdvanceAsync(TimeSpan.FromMinutes(5));
        _recorder.Warning(_pod, "Failed", "same");
        await PostedAsync(events => events.Any(posted => posted.Count == 26), "one more after the refill");
    }

    [Fact]
    public async Task Record_WhileTheServerFails_IsTriedAgain()
    {
        _cluster.FailNext(2, "create", "events");
        _recorder.Normal(_pod, "Pulled", "got it");
        await _driver.RunUntilAsync(() => _cluster.List<Corev1Event>().Count == 1, "the event");
        Assert.Equal(3, _cluster.Writes.Count);
    }

    [Fact]
    public async Task Record_Refused_IsDropped_AndTheNextPosted()
    {
        _cluster.FailNext(1, "create", "events", ApiErrors.Forbidden(Orch.Resources.ResourceTypes.Of<Corev1Event>().Resource, "x", "no"));
        _recorder.Normal(_pod, "First", "x");
        _recorder.Normal(_pod, "Second", "x");
        await PostedAsync(events => events is [{ Reason: "Second" }], "the second event");
    }

    [Fact]
    public async Task Record_BufferFull_DropsWithoutBlocking()
    {
        await using var recorder = Recorder(new EventRecorderOptions { BufferSize = 2, Burst = 1000 });
        var hold = new TaskCompletionSource();
        _cluster.Intercept((action, _) => action.Verb == "create" ? hold.Task : Task.CompletedTask);
        for (var index = 0; index < 50; index++) { recorder.Normal(_pod, $"R{index}", "x"); }
        hold.SetResult();
        await recorder.DisposeAsync().AsTask().Within("the recorder to stop");
        Assert.InRange(_cluster.List<Corev1Event>().Count, 2, 4);
    }

    [Fact]
    public async Task Dispose_PostsWhatIsBuffered()
    {
        var recorder = Recorder(new EventRecorderOptions());
        for (var index = 0; index < 5; index++) { recorder.Normal(_pod, $"R{index}", "x"); }
        await recorder.DisposeAsync().AsTask().Within("the recorder to stop");
        Assert.Equal(5, _cluster.List<Corev1Event>().Count);
    }
}
