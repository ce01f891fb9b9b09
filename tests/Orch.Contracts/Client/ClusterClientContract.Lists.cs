using System.Globalization;
using k8s.Models;
using Orch.Client;
using Orch.Testing.Builders;

namespace Orch.Contracts.Client;

public abstract partial class ClusterClientContract
{
    private ListRequest Here => new() { Namespace = Namespace };

    [Fact]
    public async Task List_IsInKeyOrder_AtAVersion()
    {
        foreach (var name in new[] { "c", "a", "b" }) { await CreateAsync(name); }
        var list = await Maps.ListAsync(Here, default);
        Assert.Equal(["a", "b", "c"], list.Items.Select(item => item.Metadata.Name));
        Assert.NotEmpty(list.ResourceVersion);
        Assert.Null(list.Continue);
    }

    [Fact]
    public async Task List_OfAllNamespaces_HasThisOnesToo()
    {
        await CreateAsync("a");
        var list = await Maps.ListAsync(ListRequest.All, default);
        Assert.Contains(list.Items, item => item.Metadata.NamespaceProperty == Namespace && item.Metadata.Name == "a");
    }

    [Fact]
    public async Task List_Empty_IsEmpty_WithAVersion()
    {
        var list = await Maps.ListAsync(Here, default);
        Assert.Empty(list.Items);
        Assert.NotEmpty(list.ResourceVersion);
    }

    [Fact]
    public async Task List_InPages_HasEachObjectOnce_WhateverIsWrittenMeanwhile()
    {
        for (var index = 0; index < 7; index++) { await CreateAsync($"m{index}"); }
        var names = new List<string>();
        var page = await Maps.ListAsync(Here with { Limit = 3 }, default);
        Assert.Equal(3, page.Items.Count);
        names.AddRange(page.Items.Select(item => item.Metadata.Name));
        var version = page.ResourceVersion;
        await CreateAsync("m0-later");
        while (page.Continue is { } next)
        {
            page = await Maps.ListAsync(Here with { Limit = 3, Continue = next }, default);
            names.AddRange(page.Items.Select(item => item.Metadata.Name));
            Assert.Equal(version, page.ResourceVersion);
        }

        Assert.Equal(Enumerable.Range(0, 7).Select(index => $"m{index}"), names);
    }

    [Fact]
    public async Task List_BadContinue_IsRefused()
    {
        await CreateAsync("a");
        var failure = await Assert.ThrowsAsync<ApiException>(() => Maps.ListAsync(Here with { Limit = 1, Continue = "nonsense" }, default));
        Assert.Equal(400, failure.Code);
    }

    [Theory]
    [InlineData("app=web", "a,b")]
    [InlineData("app=web,tier!=back", "a")]
    [InlineData("tier in (back,middle)", "b,c")]
    [InlineData("!app", "c,d")]
    [InlineData("app", "a,b")]
    [InlineData("app notin (web)", "c,d")]
    public async Task List_ByLabels(string selector, string expected)
    {
        await LabelledAsync("a", ("app", "web"));
        await LabelledAsync("b", ("app", "web"), ("tier", "back"));
        await LabelledAsync("c", ("tier", "middle"));
        await LabelledAsync("d");
        var list = await Maps.ListAsync(Here with { LabelSelector = selector }, default);
        Assert.Equal(expected, string.Join(',', list.Items.Where(item => item.Metadata.Name.Length == 1).Select(item => item.Metadata.Name)));
    }

    [Fact]
    public async Task List_BySelectorThatCannotBeParsed_IsABadRequest()
        => await FailsAsync(400, StatusReasons.BadRequest, () => Maps.ListAsync(Here with { LabelSelector = "a in b" }, default));

    [Fact]
    public async Task List_ByFields()
    {
        var pods = Client.Resource<V1Pod>();
        await pods.CreateAsync(Build.Pod("a").InNamespace(Namespace).OnNode("n1"), default);
        await pods.CreateAsync(Build.Pod("b").InNamespace(Namespace).OnNode("n2"), default);
        await pods.CreateAsync(Build.Pod("c").InNamespace(Namespace), default);

        Assert.Equal(["a"], await NamesAsync("spec.nodeName=n1"));
        Assert.Equal(["c"], await NamesAsync("spec.nodeName="));
        Assert.Equal(["b"], await NamesAsync("metadata.name=b"));
        Assert.Equal(["a", "c"], await NamesAsync("spec.nodeName!=n2,status.phase=Pending"));

        async Task<IEnumerable<string>> NamesAsync(string selector)
            => (await pods.ListAsync(Here with { FieldSelector = selector }, default)).Items.Select(item => item.Metadata.Name);
    }

    [Fact]
    public async Task List_FromTheCache_IsNoOlderThanAskedFor()
    {
        var created = await CreateAsync("a");
        var list = await Maps.ListAsync(Here with { ResourceVersion = created.Metadata.ResourceVersion }, default);
        Assert.Contains(list.Items, item => item.Metadata.Name == "a");
        Assert.True(long.Parse(list.ResourceVersion, CultureInfo.InvariantCulture) >= long.Parse(created.Metadata.ResourceVersion, CultureInfo.InvariantCulture));
    }

    private Task<V1ConfigMap> LabelledAsync(string name, params (string Key, string Value)[] labels)
    {
        var item = Map(name);
        item.Metadata.Labels = labels.ToDictionary(pair => pair.Key, pair => pair.Value);
        return Maps.CreateAsync(item, default);
    }
}
