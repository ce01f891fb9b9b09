global using ApiErrors = Orch.ApiServer.Errors.ApiErrors;
