using EmbeddedInAspNetCore;
using k8s.Models;
using Orch.Client;
using Orch.Host.Composition;
using Orch.Resources;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOrchCluster(cluster => cluster
    .Configure(options => options.Port = 0) // kubectl's door, on any free port
    .UseMemoryStore()
    .UseSimulatedNodes(nodes => nodes.Count = 3));

var app = builder.Build();

// What the cluster refuses, the app refuses likewise.
app.Use(async (context, next) =>
{
    try { await next(context); }
    catch (ApiException refused) { await Results.Problem(refused.Message, statusCode: refused.Code).ExecuteAsync(context); }
});

app.MapGet("/pods", async (OrchCluster cluster, CancellationToken cancellationToken) =>
{
    var pods = await cluster.CreateClient().Resource<V1Pod>().ListAsync(ListRequest.All, cancellationToken);
    return pods.Items.Select(pod => new PodLine(pod.Metadata.NamespaceProperty, pod.Metadata.Name, pod.Spec.NodeName, pod.Status?.Phase));
});

app.MapPost("/apps/{name}", async (string name, int? replicas, OrchCluster cluster, CancellationToken cancellationToken) =>
{
    await cluster.CreateClient().Resource<V1Deployment>().CreateAsync(Apps.Deployment(name, replicas ?? 1), cancellationToken);
    return Results.Accepted("/pods");
});

app.MapDelete("/apps/{name}", async (string name, OrchCluster cluster, CancellationToken cancellationToken) =>
{
    await cluster.CreateClient().Resource<V1Deployment>().DeleteAsync(new ObjectKey("default", name), DeleteRequest.Default, cancellationToken);
    return Results.NoContent();
});

await app.RunAsync();
