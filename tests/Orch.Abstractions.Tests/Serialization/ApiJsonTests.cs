using System.Text;
using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.Abstractions.Tests.Serialization;

public sealed class ApiJsonTests
{
    private static readonly DateTime Moment = new(2026, 11, 23, 19, 12, 40, 678, DateTimeKind.Utc);

    private static string Text<T>(T value) => Encoding.UTF8.GetString(ApiJson.Serialize(value));

    private static T Read<T>(string json) => ApiJson.Deserialize<T>(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Serialize_Time_HasWholeSecondsInUtc()
        => Assert.Equal("""{"creationTimestamp":"2026-11-23T19:12:40Z","name":"a"}""", Text(new V1ObjectMeta { CreationTimestamp = Moment, Name = "a" }));

    [Fact]
    public void Serialize_MicroTime_HasSixDigits()
        => Assert.Equal("""{"renewTime":"2026-11-23T19:12:40.678000Z"}""", Text(new V1LeaseSpec { RenewTime = Moment }));

    [Fact]
    public void Serialize_EventTimes_AreMicroTimesWhereUpstreamsAre()
    {
        Assert.Contains("""
            "eventTime":"2026-11-23T19:12:40.678000Z"
            """.Trim(), Text(new Corev1Event { EventTime = Moment }), StringComparison.Ordinal);
        Assert.Contains("\"firstTimestamp\":\"2026-11-23T19:12:40Z\"", Text(new Corev1Event { FirstTimestamp = Moment }), StringComparison.Ordinal);
        Assert.Contains("\"lastObservedTime\":\"2026-11-23T19:12:40.678000Z\"", Text(new Eventsv1EventSeries { LastObservedTime = Moment }), StringComparison.Ordinal);
        Assert.Contains("\"lastObservedTime\":\"2026-11-23T19:12:40.678000Z\"", Text(new Corev1EventSeries { LastObservedTime = Moment }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-11-23T19:12:40Z")]
    [InlineData("2026-11-23T20:12:40+01:00")]
    [InlineData("2026-11-23T19:12:40.678Z")]
    public void Deserialize_Time_ReadsRfc3339(string text)
    {
        var time = Read<V1ObjectMeta>($$"""{"creationTimestamp":"{{text}}"}""").CreationTimestamp!.Value;
        Assert.Equal(DateTimeKind.Utc, time.Kind);
        Assert.Equal(new DateTime(2026, 11, 23, 19, 12, 40, DateTimeKind.Utc), time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)));
    }

    [Theory]
    [InlineData("\"2026-11-23\"")]
    [InlineData("\"2026-11-23T19:12:40\"")]
    [InlineData("\"\"")]
    [InlineData("5")]
    public void Deserialize_NotATime_Fails(string json)
        => Assert.Throws<JsonException>(() => Read<V1ObjectMeta>($$"""{"creationTimestamp":{{json}}}"""));

    [Fact]
    public void Deserialize_NullTime_IsNone() => Assert.Null(Read<V1ObjectMeta>("""{"creationTimestamp":null}""").CreationTimestamp);

    [Fact]
    public void Deserialize_UnknownMembers_AreIgnored() => Assert.Equal("a", Read<V1ObjectMeta>("""{"name":"a","nome":"b","Name":"c"}""").Name);

    [Fact]
    public void IntOrString_KeepsWhatItIs()
    {
        Assert.Equal("""{"port":80,"targetPort":"http"}""", Text(Read<V1ServicePort>("""{"port":80,"targetPort":"http"}""")));
        Assert.Equal("""{"port":80,"targetPort":8080}""", Text(Read<V1ServicePort>("""{"port":80,"targetPort":8080}""")));
    }

    [Fact]
    public void Bytes_AreBase64_WithLineBreaksAllowed()
    {
        var secret = Read<V1Secret>("""{"data":{"k":"aGVs\nbG8="}}""");
        Assert.Equal("hello", Encoding.UTF8.GetString(secret.Data["k"]));
        Assert.Equal("""{"data":{"k":"aGVsbG8="}}""", Text(secret));
        Assert.Throws<JsonException>(() => Read<V1Secret>("""{"data":{"k":"!"}}"""));
    }

    [Fact]
    public void Quantity_IsReadFromNumberToo_AndWrittenCanonically()
        => Assert.Equal("""{"limits":{"a":"2","b":"1500m","c":"1536Mi"}}""",
            Text(Read<V1ResourceRequirements>("""{"limits":{"a":2,"b":1.5,"c":"1.5Gi"}}""")));

    [Fact]
    public void Text_IsNotEscapedMoreThanNeeded()
        => Assert.Equal("""{"name":"a+b<c>&'é"}""", Text(new V1ObjectMeta { Name = "a+b<c>&'é" }));

    [Fact]
    public void DeepCopy_SharesNothingThatCanChange()
    {
        var pod = Read<V1Pod>("""{"metadata":{"name":"a","labels":{"x":"y"}},"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"1"}}}]}}""");
        var before = Text(pod);
        var copy = ApiJson.DeepCopy(pod);
        Assert.Equal(before, Text(copy));

        copy.Metadata.Labels["x"] = "z";
        copy.Metadata.Name = "b";
        copy.Spec.Containers[0].Name = "d";
        copy.Spec.Containers[0].Resources.Limits["cpu"] = new ResourceQuantity("2");
        copy.Spec.Containers.Add(new V1Container { Name = "e" });
        Assert.Equal(before, Text(pod));
    }

    [Fact]
    public void ContentEquals_LooksInside_AndTakesEmptyForNone()
    {
        var one = new V1PodStatus { Phase = "Running", Conditions = [new V1PodCondition { Type = "Ready", Status = "True" }], ContainerStatuses = [] };
        var same = new V1PodStatus { Phase = "Running", Conditions = [new V1PodCondition { Type = "Ready", Status = "True" }] };
        var other = new V1PodStatus { Phase = "Running", Conditions = [new V1PodCondition { Type = "Ready", Status = "False" }] };
        Assert.True(ApiJson.ContentEquals(one, same));
        Assert.False(ApiJson.ContentEquals(one, other));
        Assert.False(ApiJson.ContentEquals(one, null));
    }
}
