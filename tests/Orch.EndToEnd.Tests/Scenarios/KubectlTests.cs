using System.Text.Json;
using CliWrap;

namespace Orch.EndToEnd.Tests.Scenarios;

[Collection(ClusterTests.Name), Trait("Needs", "Docker")]
public sealed class KubectlTests(ClusterFixture cluster)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task Logs_are_read_and_followed()
    {
        var kubectl = await ToolPod.StartAsync(cluster, "logs");

        await kubectl.UntilAsync("two lines", output => output.StartsWith("line 0\nline 1", StringComparison.Ordinal), "logs", "tool");
        Assert.Single((await kubectl.RunAsync("logs", "tool", "--tail=1")).Trim().Split('\n'));
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*Z line 0\n", await kubectl.RunAsync("logs", "tool", "--timestamps"));
        await using (var follow = kubectl.Start("logs", "-f", "tool", "--tail=1"))
        {
            var first = await follow.LineAsync("a first line", static _ => true, Soon);
            var number = int.Parse(first.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            for (var i = 1; i <= 5; i++) { Assert.Equal($"line {number + i}", await follow.LineAsync("the next line", static _ => true, Soon)); }
        }

        await ToolPod.EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task Commands_run_in_containers_with_input_exit_code_and_terminal()
    {
        var kubectl = await ToolPod.StartAsync(cluster, "exec");

        Assert.Equal("hello\n", await kubectl.RunAsync("exec", "tool", "--", "echo", "hello"));
        var echoed = await kubectl.TryWithAsync(PipeSource.FromString("one\ntwo\n"), "exec", "-i", "tool", "--", "sort", "-r");
        Assert.Equal("two\none\n", echoed.Output);
        var failed = await kubectl.TryAsync("exec", "tool", "--", "sh", "-c", "echo bad >&2; exit 7");
        Assert.Equal(7, failed.ExitCode);
        Assert.Contains("bad", failed.Error, StringComparison.Ordinal);
        if (Programs.Find("script") is { } script)
        {
            var terminal = await kubectl.OnTerminalAsync(script, "exec -it tool -- sh -c 'tty && exit 3'");
            Assert.True(terminal.ExitCode == 3, terminal.ToString());
            Assert.Contains("/dev/pts/", terminal.Output, StringComparison.Ordinal);
        }

        await ToolPod.EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task Files_are_copied_both_ways()
    {
        var kubectl = await ToolPod.StartAsync(cluster, "copy");
        var folder = Directory.CreateTempSubdirectory("orch-cp-").FullName;
        var content = new byte[300_000];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(folder, "there"), content);

        await kubectl.RunAsync("cp", Path.Combine(folder, "there"), $"{kubectl.Namespace}/tool:/tmp/file");
        Assert.Equal("300000\n", await kubectl.RunAsync("exec", "tool", "--", "stat", "-c", "%s", "/tmp/file"));
        await kubectl.RunAsync("cp", $"{kubectl.Namespace}/tool:/tmp/file", Path.Combine(folder, "back"));

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(folder, "back")));
        Directory.Delete(folder, recursive: true);
        await ToolPod.EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task Ports_are_forwarded()
    {
        var kubectl = await ToolPod.StartAsync(cluster, "forward");
        await using var forward = kubectl.Start("port-forward", "pod/tool", ":8080");
        var line = await forward.LineAsync("the forwarding to stand", said => said.StartsWith("Forwarding from 127.0.0.1:", StringComparison.Ordinal), Soon);
        var port = line.Split(':')[1].Split(' ')[0];
        using var client = Traffic.NewClient();

        for (var i = 0; i < 5; i++) { Assert.Equal("the page\n", await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/page"))); }
        await ToolPod.EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task Objects_are_described_and_printed_in_every_form()
    {
        var kubectl = await ToolPod.StartAsync(cluster, "print");

        var described = await kubectl.UntilAsync("events in the description", output => output.Contains("Started container main", StringComparison.Ordinal), "describe", "pod", "tool");
        Assert.Contains("Successfully assigned", described, StringComparison.Ordinal);
        Assert.Contains("node-1/", described, StringComparison.Ordinal);
        Assert.Contains("Allocatable:", await kubectl.RunAsync("describe", "node", "node-1"), StringComparison.Ordinal);
        var wide = await kubectl.RunAsync("get", "pods", "-o", "wide");
        Assert.Matches(@"^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\ntool +1/1 +Running +0 +\S+ +10\.\S+ +node-1 ", wide);
        var yaml = await kubectl.RunAsync("get", "pod", "tool", "-o", "yaml");
        Assert.Contains("image: busybox:1.36", yaml, StringComparison.Ordinal);
        Assert.Contains("\nstatus:\n", yaml, StringComparison.Ordinal);
        Assert.Equal("Pod", JsonDocument.Parse(await kubectl.RunAsync("get", "pod", "tool", "-o", "json")).RootElement.GetProperty("kind").GetString());
        Assert.Equal("Running", await kubectl.RunAsync("get", "pod", "tool", "-o", "jsonpath={.status.phase}"));
        Assert.Equal("pod/tool\n", await kubectl.RunAsync("get", "pods", "-o", "name"));
        Assert.Matches("^POD +NODE\ntool +node-1\n$", await kubectl.RunAsync("get", "pods", "-o", "custom-columns=POD:.metadata.name,NODE:.spec.nodeName"));
        await ToolPod.EndAsync(kubectl);
    }

    [SkippableFact]
    public async Task A_namespace_takes_all_its_containers_with_it()
    {
        var kubectl = await ToolPod.StartAsync(cluster, "gone");
        var id = (await kubectl.RunAsync("get", "pod", "tool", "-o", "jsonpath={.status.containerStatuses[0].containerID}")).Replace("docker://", "", StringComparison.Ordinal);

        await kubectl.RunAsync("delete", "namespace", kubectl.Namespace, "--timeout=60s");

        await Eventually.BecomesAsync("the containers to be removed", () => Programs.RunAsync("docker", ["ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}}"]),
            listed => !listed.Output.Contains(id, StringComparison.Ordinal) && !listed.Output.Contains($"_{kubectl.Namespace}_", StringComparison.Ordinal), Soon);
    }
}
