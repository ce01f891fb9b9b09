using Orch.ApiServer.Caching;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.InProcess;

/// <summary>The parts of the server that in-process clients call.</summary>
/// <param name="Resources">What is served.</param>
/// <param name="Gate">Lets calls in: records them, makes them wait their turn, asks whether they may.</param>
/// <param name="Reader">Gets and lists.</param>
/// <param name="Writer">Writes.</param>
/// <param name="Applies">Applies.</param>
/// <param name="Scale">Scales.</param>
/// <param name="Creates">Reviews, tokens, bindings.</param>
/// <param name="Patcher">Applies patches.</param>
/// <param name="Mirror">Tells how far the caches are.</param>
/// <param name="Schemas">Of the models.</param>
internal sealed record InProcessServer(
    ServedResources Resources, InProcessGate Gate, ObjectReader Reader, ObjectWriter Writer, ApplyEndpoint Applies, ScaleEndpoint Scale, CreateEndpoint Creates,
    IPatcher Patcher, StoreMirror Mirror, ModelSchemas Schemas);
